import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Shop } from '../cluster/cluster.ts';

const catalogue = join(import.meta.dirname, '../../local/catalogue/main.ts');

/** The sample catalogue with its pictures, as `make up` fills the shelves. */
export async function fillShelves(shop: Shop, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-token-'));
  const tokenFile = join(folder, 'token');
  try {
    await writeFile(tokenFile, await shop.merchantToken(), { mode: 0o600 });
    await promisify(execFile)(process.execPath, [
      catalogue,
      '--count',
      String(count),
      '--url',
      shop.url,
      '--token-file',
      tokenFile,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
