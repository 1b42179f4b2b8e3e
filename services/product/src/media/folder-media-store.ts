import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mediaUnavailable } from '../domain/errors.ts';
import type { MediaStore } from '../domain/media.ts';

/** Files below a folder, which several pods may share: each is written aside, flushed and renamed. */
export function folderMediaStore(folder: string): MediaStore {
  return {
    async read(key) {
      return readFile(join(folder, key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw mediaUnavailable(error);
      });
    },
    async write(key, bytes) {
      const path = join(folder, key);
      const aside = `${path}.${randomUUID()}.new`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeAndFlush(aside, bytes);
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true }).catch(() => undefined);
        throw mediaUnavailable(error);
      }
    },
    async close() {},
  };
}

async function writeAndFlush(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
