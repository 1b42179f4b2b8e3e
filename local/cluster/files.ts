import { readFile, writeFile } from 'node:fs/promises';

/** Writes a file only root reads, unless it has that content: kube-proxy ends when its settings are written anew. */
export async function writeChanged(file: string, content: string): Promise<void> {
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== content) await writeFile(file, content, { mode: 0o600 });
}
