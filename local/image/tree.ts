import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execute } from '../process.ts';

/** Where the repository's runtime part is in the image. */
export const home = 'srv/storefront';

/** The files below `folder` that match, sorted; paths relative to it. */
export async function listFiles(folder: string, patterns: string[], exclude: string[] = []): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of glob(patterns, { cwd: folder, withFileTypes: true, exclude }))
    if (entry.isFile()) found.push(relative(folder, join(entry.parentPath, entry.name)));
  return found.sort();
}

/** A short digest of the files' names and contents. */
export async function digestFiles(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

export function digestText(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

export type Copy = { from: string; entries: readonly string[]; to: string; exclude?: readonly string[] };

/** Copies files, folders with all they hold, and links as links; all become root's. */
export async function copyEntries({ from, entries, to, exclude = [] }: Copy): Promise<void> {
  const script = 'mkdir -p "$2"; tar -C "$1" -cf - "${@:3}" -T - | tar -C "$2" --no-same-owner -xf -';
  const excluded = exclude.map((pattern) => `--exclude=${pattern}`);
  await execute(['bash', '-o', 'pipefail', '-ceu', script, 'copy', from, to, ...excluded], {
    input: `${entries.join('\n')}\n`,
  });
}
