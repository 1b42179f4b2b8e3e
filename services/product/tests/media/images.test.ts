import { createHash, randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalogue, type OpenCatalogue, type ProblemBody } from '../catalogue.ts';

type Stored = { sha256: string; width: number; height: number };

describe.skipIf(!testStores)(`images ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  beforeAll(async () => {
    shop = await openCatalogue();
  });
  afterAll(() => shop?.close());

  const upload = <Body = Stored>(bytes: Buffer, type = 'image/png') =>
    shop.send<Body>('POST', '/media', { raw: new Uint8Array(bytes), type });
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 40 } } });
  const show = (path: string, headers = {}) => fetch(shop.url + path, { headers });

  it('are named by their bytes and shown as WebP in the widths that are asked for', async () => {
    const bytes = await picture(900, 600).png().toBuffer();
    const stored = await upload(bytes);
    expect(stored).toMatchObject({ status: 201, body: { width: 900, height: 600 } });
    expect(stored.body.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect((await upload(bytes)).body).toEqual(stored.body);

    const shown = await show(`/media/${stored.body.sha256}/320`);
    expect(shown.headers.get('content-type')).toBe('image/webp');
    expect(shown.headers.get('cache-control')).toContain('immutable');
    expect(await sharp(await shown.arrayBuffer()).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 213,
    });
    const etag = shown.headers.get('etag') ?? '';
    expect((await show(`/media/${stored.body.sha256}/320`, { 'if-none-match': etag })).status).toBe(304);
  });

  it('are never enlarged', async () => {
    const { body } = await upload(await picture(200, 100).jpeg().toBuffer(), 'image/jpeg');
    const shown = await show(`/media/${body.sha256}/1280`);
    expect(await sharp(await shown.arrayBuffer()).metadata()).toMatchObject({ width: 200, height: 100 });
  });

  it('are turned as the camera says', async () => {
    const turned = await picture(300, 100).withExif({}).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { body } = await upload(turned, 'image/jpeg');
    expect(body).toMatchObject({ width: 100, height: 300 });
    const shown = await show(`/media/${body.sha256}/160`);
    expect(await sharp(await shown.arrayBuffer()).metadata()).toMatchObject({ width: 100, height: 300 });
  });

  it('are made once when many ask at the same time, and again when the file is lost', async () => {
    const { body } = await upload(await picture(1000, 1001).png().toBuffer());
    const folder = join(shop.folder, body.sha256.slice(0, 2), body.sha256);
    const answers = await Promise.all(Array.from({ length: 20 }, () => show(`/media/${body.sha256}/640`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const bodies = await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    expect(new Set(bodies.map(({ byteLength }) => byteLength)).size).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['640.webp', 'original']);
    await rm(join(folder, '640.webp'));
    expect((await show(`/media/${body.sha256}/640`)).status).toBe(200);
  });

  it.each([`/media/${'a'.repeat(64)}/320`, '/media/..%2f..%2fetc%2fpasswd/320', `/media/${'A'.repeat(64)}/320`])(
    'do not exist at %s',
    async (path) => {
      const answer = await show(path);
      expect(answer.status).toBe(404);
      expect(((await answer.json()) as ProblemBody).code).toMatch(/not-found/);
    },
  );

  it('have no other widths', async () => {
    const { body } = await upload(await picture(50, 50).webp().toBuffer(), 'image/webp');
    for (const width of ['321', '0', '1e3', '-160', '160.0', 'original'])
      expect((await show(`/media/${body.sha256}/${width}`)).status, width).toBe(404);
  });

  it.each([
    ['text', () => Buffer.from('hello')],
    ['nothing', () => Buffer.alloc(0)],
    ['noise', () => randomBytes(4096)],
    [
      'an SVG',
      () =>
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
    ],
    ['a bomb that unfolds to 900 million pixels', () => bomb(30_000, 30_000)],
    ['a picture that is too long', () => bomb(8193, 10)],
  ])('are not made of %s', async (_what, bytes) => {
    const before = process.memoryUsage.rss();
    const answer = await upload<ProblemBody>(bytes());
    expect(answer).toMatchObject({ status: 400, body: { code: 'not-an-image', errors: [{ field: 'body' }] } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
  });

  it('are not made of half an image, of an animation or of too many bytes', async () => {
    const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    expect((await upload<ProblemBody>(whole.subarray(0, whole.length / 2))).body.code).toBe('not-an-image');
    const frames = [await picture(20, 20).png().toBuffer(), await picture(20, 20).negate().png().toBuffer()];
    const animation = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    expect((await upload<ProblemBody>(animation, 'image/webp')).body.code).toBe('not-an-image');
    expect((await upload<ProblemBody>(Buffer.alloc(17 * 1024 * 1024))).status).toBe(413);
    expect((await upload<ProblemBody>(whole, 'image/gif')).status).toBe(415);
    expect((await upload(whole, 'image/jpeg')).status).toBe(201);
  });
});

/** A PNG of black that says how large it is in few bytes. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * Math.min(height, 2000)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(name), content]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
