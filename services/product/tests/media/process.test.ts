import { join } from 'node:path';
import { callerFor, runService, testMongo, testStores, whyNoStores } from '@storefront/kit/testing';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bucket, openBucketServer, whyNoBucket } from './bucket-server.ts';

const why = testStores ? whyNoBucket : whyNoStores;

/** As its pod runs it, with what the operator writes of a bucket; the broker is away, which no image needs. */
describe.skipIf(why)(`the process with a bucket ${why}`, () => {
  it('starts, keeps an image there, shows it, and ends', async () => {
    const server = await openBucketServer();
    onTestFinished(() => server.close());
    const mongo = testMongo();
    onTestFinished(() => mongo.close());
    const { url, end } = await runService(join(import.meta.dirname, '../../src/main.ts'), {
      env: {
        SERVICE: 'product',
        PRODUCTS_URL: mongo.url,
        BROKER_URL: 'amqp://127.0.0.1:1/test',
        MEDIA_URL: `gs://${bucket}`,
        STORAGE_EMULATOR_HOST: server.url,
      },
      accounts: { products: mongo, broker: { username: 'product', password: 'unused' } },
      files: { 'cursor-key': Buffer.alloc(32, 7).toString('base64') },
    });
    onTestFinished(() => void end('SIGKILL'));
    const body = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const headers = { ...(await callerFor('merchant', { audience: 'product' })), 'content-type': 'image/png' };
    const kept = await fetch(`${url}/media`, { method: 'POST', headers, body: new Uint8Array(body) });
    const { sha256 } = (await kept.json()) as { sha256: string };
    expect((await fetch(`${url}/media/${sha256}/160`)).status).toBe(200);
    expect(await server.objects()).toHaveLength(2);

    expect((await end()).code).toBe(0);
  });
});
