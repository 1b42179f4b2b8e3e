import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { eventually, testMongo, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aProduct, openCatalogue, type OpenCatalogue, type ProblemBody } from './catalogue.ts';

describe.skipIf(!testStores)(`while the store is away ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  let line: Line;
  beforeAll(async () => {
    const real = testMongo();
    line = await openLine(new URL(real.url));
    const url = Object.assign(new URL(real.url), { host: line.host }).href;
    const { username, password } = real;
    const mongo = connectMongo({ url, username, password, log: createLog({ service: 'test', level: 'silent' }) });
    const close = async () => {
      await mongo.close();
      await real.close();
      line.close();
    };
    shop = await openCatalogue({ mongo: { ...mongo, close } });
    await shop.category('mugs');
    await shop.publish(aProduct({ slug: 'steady-mug' }));
  });
  afterAll(() => shop?.close());

  const paths = ['/products', '/products?q=mug', '/products/by-slug/steady-mug', '/products/slugs'];

  it('requests are answered 503 soon, with when to come again, and well again by themselves', async () => {
    line.cut();
    const start = performance.now();
    const refused = await Promise.all(paths.map((path) => shop.get<ProblemBody>(path)));
    expect(performance.now() - start).toBeLessThan(4000);
    for (const { status, body, headers } of refused) {
      expect(status).toBe(503);
      expect(body.code).toBe('catalogue-unavailable');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const write = await shop.send<ProblemBody>('POST', '/products', { body: aProduct() });
    expect(write).toMatchObject({ status: 503, body: { code: 'catalogue-unavailable' } });

    line.mend();
    await eventually(
      async () => {
        for (const path of paths) expect((await shop.get(path)).status).toBe(200);
      },
      { within: '10s' },
    );
    expect((await shop.send('POST', '/products', { body: aProduct() })).status).toBe(201);
  });

  it('a client that repeats a creation until it is answered has one product', async () => {
    const body = { ...aProduct(), productId: crypto.randomUUID() };
    const first = shop.send('POST', '/products', { body });
    line.cut();
    await first;
    line.mend();
    await eventually(
      async () => expect([200, 201]).toContain((await shop.send('POST', '/products', { body })).status),
      { within: '10s' },
    );
    const sku = body.variants[0]?.sku;
    expect(await shop.mongo.db.collection('products').countDocuments({ 'variants.sku': sku })).toBe(1);
  });

  it('the process lives and is ready: a lost store empties no load balancer', async () => {
    line.cut();
    for (const path of ['/livez', '/readyz']) expect((await shop.get(path)).status).toBe(200);
    line.mend();
    await eventually(async () => expect((await shop.get('/products')).status).toBe(200), { within: '10s' });
  });
});

type Line = Awaited<ReturnType<typeof openLine>>;

/** A wire to the server that can be cut: open connections break, new ones are refused. */
async function openLine(target: URL) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => void (isCut = false),
    close: () => {
      cut();
      server.close();
    },
  };
}
