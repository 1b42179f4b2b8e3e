import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** A drawn picture; `sha256` is its name in the shop's media store. */
export type Drawn = { sha256: string; bytes: Buffer };

const encoding = { quality: 84, effort: 2 };

/** Turns drawings into WebP files, each once: they are kept under `folder` by the hash of the drawing. */
export function createGallery(folder: string): { picture: (svg: string) => Promise<Drawn> } {
  sharp.concurrency(1);
  sharp.cache(false);
  return {
    async picture(svg) {
      const key = sha256(`${svg}${JSON.stringify(encoding)}${sharp.versions.sharp ?? ''}`);
      const file = join(folder, key.slice(0, 2), `${key}.webp`);
      const kept = await readFile(file).catch(() => undefined);
      const bytes = kept ?? (await sharp(Buffer.from(svg)).webp(encoding).toBuffer());
      if (!kept) await keep(file, bytes);
      return { sha256: sha256(bytes), bytes };
    },
  };
}

/** By rename: a run that is killed leaves no half picture behind. */
async function keep(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
