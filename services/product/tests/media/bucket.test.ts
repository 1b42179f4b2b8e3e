import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { largestImageBytes, type MediaStore } from '../../src/domain/media.ts';
import { bucketMediaStore } from '../../src/media/bucket-media-store.ts';
import { bucket, openBucketServer, openFront, whyNoBucket, type BucketServer, type Front } from './bucket-server.ts';

describe.skipIf(whyNoBucket)(`a bucket ${whyNoBucket}`, () => {
  let server: BucketServer;
  let front: Front;
  let media: MediaStore;
  const tokens = { given: 0, renewed: 0 };
  const identity = {
    token: async () => `token-${(tokens.given += 1)}`,
    renew: () => void (tokens.renewed += 1),
  };
  beforeAll(async () => {
    server = await openBucketServer();
    front = await openFront(server.url);
    media = bucketMediaStore({ bucket, endpoint: front.url, identity });
  });
  afterAll(async () => {
    await media?.close();
    front?.close();
    await server?.close();
  });
  beforeEach(() => {
    front.seen.length = 0;
    front.bearers.length = 0;
  });

  const bytes = randomBytes(20_000);
  const stored = async (name = `ab/${randomUUID()}/original`) => {
    await media.write(name, bytes);
    front.seen.length = 0;
    return name;
  };
  const objectAt = async (key: string) => (await server.objects()).filter(({ name }) => name === key);

  it('has one object for what is written twice, which the second time leaves as it is', async () => {
    const key = `ab/${randomUUID()}/320.webp`;
    await media.write(key, bytes);
    const [first] = await objectAt(key);
    expect(first).toMatchObject({ size: String(bytes.length), contentType: 'image/webp' });
    await media.write(key, bytes);
    expect(await objectAt(key)).toEqual([first]);
  });

  it('has one object when the answer to its creation was lost', async () => {
    const key = `ab/${randomUUID()}/original`;
    front.next('lost');
    await media.write(key, bytes);
    expect(front.seen).toEqual(['POST', 'POST']);
    expect(await objectAt(key)).toHaveLength(1);
  });

  it('is asked once for what is there', async () => {
    const key = await stored();
    expect(await media.read(key)).toEqual(bytes);
    expect(front.seen).toEqual(['GET']);
  });

  it('is asked once for what is not there, as soon as it is known to exist', async () => {
    await media.read('ab/none/original');
    front.seen.length = 0;
    expect(await media.read('ab/none/original')).toBeUndefined();
    expect(front.seen).toEqual(['GET']);
  });

  it('is told who asks', async () => {
    await media.read(await stored());
    expect(front.bearers.at(-1)).toBe(`Bearer token-${tokens.given}`);
  });

  it.each([503, 500, 429, 408, 'lost', 'half'] as const)('is read again after %s', async (fault) => {
    const key = await stored();
    front.next(fault);
    expect(await media.read(key)).toEqual(bytes);
    expect(front.seen).toEqual(['GET', 'GET']);
  });

  it.each([503, 500, 429, 408] as const)('is written again after %s', async (fault) => {
    const key = `ab/${randomUUID()}/original`;
    front.next(fault);
    await media.write(key, bytes);
    expect(await objectAt(key)).toHaveLength(1);
  });

  it('is asked with a new token when the old one is not believed any more', async () => {
    const key = await stored();
    const { renewed } = tokens;
    front.next(401);
    expect(await media.read(key)).toEqual(bytes);
    expect(tokens.renewed).toBe(renewed + 1);
    expect(new Set(front.bearers.slice(-2)).size).toBe(2);
  });

  it('that says nothing is asked again, and its answer waited for no longer than that', async () => {
    const key = await stored();
    front.next('silence');
    const start = performance.now();
    expect(await media.read(key)).toEqual(bytes);
    expect(performance.now() - start).toBeLessThan(6_000);
  });

  it('that fails four times is away', async () => {
    const key = await stored();
    front.next(503, 503, 503, 503);
    await expect(media.read(key)).rejects.toMatchObject({ status: 503, code: 'media-unavailable' });
    expect(front.seen).toHaveLength(4);
    expect(await media.read(key)).toEqual(bytes);
  });

  it('that refuses is asked once, and the log learns what to look at', async () => {
    const key = await stored();
    front.next(403);
    const refused = media.read(key);
    await expect(refused).rejects.toMatchObject({
      code: 'media-unavailable',
      details: { retryAfter: 2 },
      cause: { message: expect.stringMatching(/"acme-media" answered 403.*may the service's account/) as string },
    });
    expect(front.seen).toHaveLength(1);
  });

  it('that is not there is no bucket without images', async () => {
    const other = bucketMediaStore({ bucket: 'acme-misspelt', endpoint: server.url });
    const asked = [() => other.read('ab/none/original'), () => other.write('ab/none/original', bytes)];
    for (const ask of asked)
      await expect(ask()).rejects.toMatchObject({
        code: 'media-unavailable',
        cause: { message: expect.stringContaining('"acme-misspelt" answered 404: is it there') as string },
      });
    await other.close();
  });

  it('with an object that is larger than any image does not fill the memory', async () => {
    const key = `ab/${randomUUID()}/original`;
    await server.put(key, new Uint8Array(4 * largestImageBytes));
    const media = bucketMediaStore({ bucket, endpoint: server.url });
    const before = process.memoryUsage.rss();
    await expect(media.read(key)).rejects.toMatchObject({ code: 'media-unavailable' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(3 * largestImageBytes);
    await media.close();
  });
});
