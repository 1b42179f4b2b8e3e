import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestImageBytes, type MediaStore } from '../../src/domain/media.ts';
import { openMediaStore } from '../../src/media/media-store.ts';
import { bucket, openBucketServer, whyNoBucket } from './bucket-server.ts';

type Opened = { store: MediaStore; close: () => Promise<void> };

/** What every media store promises, opened as the process opens it. */
const stores: [name: string, why: string, open: () => Promise<Opened>][] = [
  [
    'a folder',
    '',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'media-'));
      const store = await openMediaStore({ mediaUrl: pathToFileURL(folder).href });
      return { store, close: async () => rmSync(folder, { recursive: true }) };
    },
  ],
  [
    'a bucket',
    whyNoBucket,
    async () => {
      const server = await openBucketServer();
      const store = await openMediaStore({ mediaUrl: `gs://${bucket}`, storageEmulatorHost: server.url });
      return { store, close: () => server.close() };
    },
  ],
];

describe.each(stores)('%s %s', (_name, why, open) => {
  describe.skipIf(why)('as a media store', () => {
    let media: MediaStore;
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
      media = opened.store;
    });
    afterAll(async () => {
      await media?.close();
      await opened?.close();
    });
    const newKey = () => `ab/${randomUUID()}/original`;

    it('gives back what was written, byte for byte', async () => {
      const [key, other, bytes] = [newKey(), newKey(), randomBytes(100_000)];
      await media.write(key, bytes);
      await media.write(other, Buffer.from('another'));
      expect(bytes.equals((await media.read(key)) ?? Buffer.alloc(0))).toBe(true);
      expect(String(await media.read(other))).toBe('another');
    });

    it('keeps the largest image', async () => {
      const [key, bytes] = [newKey(), randomBytes(largestImageBytes)];
      await media.write(key, bytes);
      expect(bytes.equals((await media.read(key)) ?? Buffer.alloc(0))).toBe(true);
    });

    it('has nothing where nothing was written', async () => {
      expect(await media.read(newKey())).toBeUndefined();
    });

    it('takes the same content again, also from many at once', async () => {
      const [key, bytes] = [newKey(), randomBytes(50_000)];
      await Promise.all(Array.from({ length: 10 }, () => media.write(key, bytes)));
      await media.write(key, bytes);
      expect(bytes.equals((await media.read(key)) ?? Buffer.alloc(0))).toBe(true);
    });
  });
});
