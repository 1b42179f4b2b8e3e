import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ImportRecord } from '@storefront/product/contract';
import type { Drawn } from './gallery.ts';

/** A catalogue as files: products.ndjson, and images/<sha256>.webp. */
export async function createFolder(path: string) {
  await mkdir(join(path, 'images'), { recursive: true });
  const lines = createWriteStream(join(path, 'products.ndjson'));
  return {
    hang: ({ sha256, bytes }: Drawn) => writeFile(join(path, 'images', `${sha256}.webp`), bytes),
    async write(records: readonly ImportRecord[]): Promise<void> {
      const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
      if (!lines.write(text)) await once(lines, 'drain');
    },
    close: () => finished(lines.end()),
  };
}
