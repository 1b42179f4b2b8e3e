import { testStores, whyNoStores } from '@storefront/kit/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMediaStore } from '../../src/media/media-store.ts';
import { openCatalogue, type OpenCatalogue, type ProblemBody } from '../catalogue.ts';
import { bucket, openBucketServer, openFront, whyNoBucket, type BucketServer, type Front } from './bucket-server.ts';

const why = testStores ? whyNoBucket : whyNoStores;

describe.skipIf(why)(`images in a bucket ${why}`, () => {
  let server: BucketServer;
  let front: Front;
  let shop: OpenCatalogue;
  const open = async () =>
    openCatalogue({ media: await openMediaStore({ mediaUrl: `gs://${bucket}`, storageEmulatorHost: front.url }) });
  beforeAll(async () => {
    server = await openBucketServer();
    front = await openFront(server.url);
    shop = await open();
  });
  afterAll(async () => {
    await shop?.close();
    front?.close();
    await server?.close();
  });

  const picture = (width: number) =>
    sharp({ create: { width, height: 100, channels: 3, background: { r: 20, g: 80, b: width % 256 } } })
      .png()
      .toBuffer();
  async function upload(width: number) {
    const raw = new Uint8Array(await picture(width));
    return shop.send<{ sha256: string }>('POST', '/media', { raw, type: 'image/png' });
  }
  const show = (sha256: string, width = 160, headers = {}) =>
    fetch(`${shop.url}/media/${sha256}/${width}`, { headers });
  const namesOf = async (sha256: string) =>
    (await server.objects()).map(({ name }) => name).filter((name) => name.includes(sha256));

  it('are kept once and shown as from a folder, made once for all instances', async () => {
    const { status, body } = await upload(801);
    expect(status).toBe(201);
    expect((await upload(801)).body).toEqual(body);
    const shown = await show(body.sha256);
    expect(shown.headers.get('content-type')).toBe('image/webp');
    expect(shown.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await sharp(await shown.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 160 });
    const etag = shown.headers.get('etag') ?? '';
    expect((await show(body.sha256, 160, { 'if-none-match': etag })).status).toBe(304);

    const other = await open();
    front.seen.length = 0;
    expect((await fetch(`${other.url}/media/${body.sha256}/160`)).status).toBe(200);
    expect(front.seen).toEqual(['GET']);
    await other.close();
    const folder = `${body.sha256.slice(0, 2)}/${body.sha256}`;
    expect((await namesOf(body.sha256)).sort()).toEqual([`${folder}/160.webp`, `${folder}/original`]);
  });

  it('are made again when the object is lost, and are 404 when there never was one', async () => {
    const { body } = await upload(802);
    expect((await show(body.sha256)).status).toBe(200);
    await server.remove(`${body.sha256.slice(0, 2)}/${body.sha256}/160.webp`);
    expect((await show(body.sha256)).status).toBe(200);
    const missing = await show('a'.repeat(64));
    expect(missing.status).toBe(404);
    expect(((await missing.json()) as ProblemBody).code).toBe('image-not-found');
  });

  it('are 503 with when to come again while the bucket is away, and well again by themselves', async () => {
    const { body } = await upload(803);
    front.cut();
    const start = performance.now();
    const [shown, kept] = await Promise.all([show(body.sha256), upload(804)]);
    expect(performance.now() - start).toBeLessThan(5_000);
    for (const { status, headers } of [shown, kept]) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(((await shown.json()) as ProblemBody).code).toBe('media-unavailable');
    front.mend();
    expect((await show(body.sha256)).status).toBe(200);
    expect((await upload(804)).status).toBe(201);
  });

  it('are answered within the deadline that the caller has, although the bucket says nothing', async () => {
    const { body } = await upload(805);
    front.next('silence', 'silence', 'silence');
    const start = performance.now();
    const shown = await show(body.sha256, 160, { 'x-request-deadline-ms': '1500' });
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(shown.status).toBe(503);
    expect(((await shown.json()) as ProblemBody).code).toBe('media-unavailable');
  });
});
