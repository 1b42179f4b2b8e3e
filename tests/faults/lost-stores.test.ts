import { setTimeout as pause } from 'node:timers/promises';

import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { readyPods, stockShelves, uncached } from '../cluster/catalogue.ts';
import { eventually, openShop, whyNoCluster, type Shop } from '../cluster/cluster.ts';
import { startLoad } from '../cluster/load.ts';
import { killStore, reviveStores } from '../cluster/servers.ts';

const kept = '/api/products?limit=3';

describe.skipIf(whyNoCluster)(`lost servers ${whyNoCluster || ''}`, { timeout: 180_000 }, () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop({ name: 'bereft' });
    await stockShelves(shop);
    await (await fetch(shop.url + kept)).text();
  }, 240_000);
  afterEach(() => reviveStores(), 60_000);
  afterAll(() => shop?.remove(), 120_000);

  async function status(path: string): Promise<number> {
    const { statusCode, body } = await request(shop.url + path, { headersTimeout: 20_000 });
    await body.dump();
    return statusCode;
  }

  it('answers from the cache while MongoDB is away, says plainly what it cannot, and recovers by itself', async () => {
    expect(await status('/products')).toBe(200);
    await killStore('ferretdb');

    expect(await status(kept)).toBe(200);
    expect(await status('/products')).toBe(200);
    const refused = await fetch(uncached(shop)(1));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    const page = await fetch(`${shop.url}/search?q=nothing-that-was-asked-before`);
    expect(page.status).toBe(503);
    expect(page.headers.get('content-type')).toContain('text/html');

    await reviveStores();
    await eventually(
      async () =>
        expect(await status(new URL(uncached(shop)(2)).pathname + new URL(uncached(shop)(3)).search)).toBe(200),
      { within: 10_000 },
    );
  });

  it.each(['cache', 'state'] as const)('goes on without the %s Redis, and takes it up again', async (store) => {
    await killStore(store);
    const url = uncached(shop);
    for (let index = 0; index < 20; index += 1) expect((await fetch(url(index))).status).toBe(200);
    expect(await status('/')).toBe(200);
    await reviveStores();
    await eventually(async () => expect((await fetch(url(99))).headers.get('ratelimit')).toMatch(/r=\d+/), {
      within: 10_000,
    });
  });

  it("misses nothing while Consul's server is away for a minute", async () => {
    const load = startLoad(uncached(shop), 50);
    await killStore('consul');
    await pause(60_000);
    await reviveStores();
    await pause(3_000);

    const { sent, failures } = await load.stop();

    expect(failures).toEqual({});
    expect(sent).toBeGreaterThan(3_000);
  });

  it('keeps every pod through all of it: none was restarted or grew out of its memory', async () => {
    const pods = (
      await Promise.all([readyPods(shop, 'gateway', 1), readyPods(shop, 'product', 3), readyPods(shop, 'web', 1)])
    ).flat();
    const restarts = pods
      .flatMap(({ status }) => status.containerStatuses ?? [])
      .map(({ restartCount }) => restartCount);
    expect(restarts).toEqual(restarts.map(() => 0));
  });
});
