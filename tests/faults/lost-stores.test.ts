import { setTimeout as pause } from 'node:timers/promises';

import type { Cart } from '@storefront/cart/contract';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { listsAnswered, readyPods, stockShelves, uncached } from '../cluster/catalogue.ts';
import { eventually, openShop, whyNoCluster, type Shop } from '../cluster/cluster.ts';
import { startLoad } from '../cluster/load.ts';
import { killStore, reviveStores } from '../cluster/servers.ts';
import { expectStatus, openApi, type Api } from '../sale/api.ts';
import { fillCart } from '../sale/buyer.ts';
import { merchantOf, type Merchant } from '../sale/merchant.ts';

const kept = '/api/products?limit=3';

/** Pools fill up under load and are kept: to every store and neighbour some connections, never one for each loss or request. */
const mostNewFiles = 150;
/** Of the container's first process, the app. */
const countOfMain = `require('node:fs').readdirSync('/proc/1/fd').length`;

describe.skipIf(whyNoCluster)(`lost servers ${whyNoCluster || ''}`, { timeout: 180_000 }, () => {
  let shop: Shop;
  let ground: { api: Api; merchant: Merchant; token: string; sku: string; productId: string; units: number };
  let filesBefore: Record<string, number>;

  beforeAll(async () => {
    shop = await openShop({ name: 'bereft' });
    await stockShelves(shop);
    const api = openApi(shop.url);
    const token = await shop.merchantToken();
    const merchant = merchantOf(api, token);
    const [sku, units] = ['mug-kept', 7];
    ground = { api, merchant, token, sku, units, ...(await merchant.offer(sku, { units })) };
    await (await fetch(shop.url + kept)).text();
    filesBefore = await openFiles();
  }, 240_000);
  afterEach(() => reviveStores(), 60_000);
  afterAll(async () => {
    await ground?.api.close();
    await shop?.remove();
  }, 120_000);

  async function status(path: string): Promise<number> {
    const { statusCode, body } = await request(shop.url + path, { headersTimeout: 20_000 });
    await body.dump();
    return statusCode;
  }

  it('answers from the cache while MongoDB is away, says plainly what it cannot, and recovers by itself', async () => {
    expect(await status('/products')).toBe(200);
    expect(await status(kept)).toBe(200);
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
    await keepsWhatWasAcknowledged();
    await eventually(
      async () =>
        expect(await status(new URL(uncached(shop)(2)).pathname + new URL(uncached(shop)(3)).search)).toBe(200),
      { within: 10_000 },
    );
  });

  /** FerretDB has no state of its own: this is the server that has the documents. */
  it('has every document that was acknowledged once the database behind MongoDB is back', async () => {
    await ground.merchant.receive(ground.sku, 5);
    ground.units += 5;
    await killStore('postgres');

    // Whatever is answered meanwhile, nothing is made up.
    const { status: asked, text } = await ground.api.ask({ path: `/api/stock/${ground.sku}`, token: ground.token });
    expect(asked === 200 ? (JSON.parse(text) as { onHand: number }).onHand : ground.units).toBe(ground.units);

    await reviveStores();
    await keepsWhatWasAcknowledged();
    await ground.merchant.receive(ground.sku, 1);
    ground.units += 1;
    await keepsWhatWasAcknowledged();
  });

  async function keepsWhatWasAcknowledged(): Promise<void> {
    const { api, sku, productId, units, token } = ground;
    await eventually(
      async () => {
        const product = await api.ask<{ name: string; slug: string }>({ path: `/api/products/${productId}`, token });
        expect(expectStatus(product, 200)).toMatchObject({ slug: sku, name: `Mug ${sku}` });
        const stock = await api.ask({ path: `/api/stock/${sku}`, token });
        expect(expectStatus(stock, 200)).toMatchObject({ onHand: units, available: units, held: 0, claimed: 0 });
      },
      { within: 20_000 },
    );
  }

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

  /**
   * With `appendfsync everysec` what was acknowledged is on its way to the disk within a second, or two where the disk is slow: an older
   * change survives the server's death, a younger one may be lost, and then the cart is as it was before.
   */
  it('has the carts of two seconds before the Redis with the carts was killed, and changes them again', async () => {
    const { api, sku } = ground;
    const { cart, cartToken: token } = await fillCart(api, [{ sku, units: 3 }]);
    const path = `/api/carts/${cart.cartId}`;
    await pause(2_500);
    await killStore('state');
    expect((await api.ask({ path, token })).status).toBe(503);
    await reviveStores();
    const found = expectStatus(await api.insist<Cart>({ path, token }, { withinMs: 20_000 }), 200);
    expect(found).toMatchObject({ cartId: cart.cartId, version: cart.version, items: [{ sku, units: 3 }] });
    const item = `${path}/items/${sku}`;
    const changed = await api.insist<Cart>({ method: 'PUT', path: item, token, body: { units: 2 } });
    expect(expectStatus(changed, 200)).toMatchObject({ version: cart.version + 1, items: [{ sku, units: 2 }] });
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

  it("registers and finds a new pod once Consul's server is back", async () => {
    const before = await readyPods(shop, 'product', 3);
    await killStore('consul');
    await reviveStores();
    await scaleProduct(4);
    const pods = await readyPods(shop, 'product', 4);
    const fresh = pods.filter(({ metadata }) => !before.some((pod) => pod.metadata.uid === metadata.uid));
    expect(fresh).toHaveLength(1);
    const load = startLoad(uncached(shop), 50);
    await eventually(
      async () => {
        for (const count of Object.values(await listsAnswered(fresh))) expect(count).toBeGreaterThan(0);
      },
      { within: 10_000 },
    );
    expect((await load.stop()).failures).toEqual({});
    await scaleProduct(3);
    await readyPods(shop, 'product', 3);
  });

  async function scaleProduct(replicas: number): Promise<void> {
    await shop.change(
      ({ spec }) => (spec.services = { ...spec.services, product: { ...spec.services?.product, replicas } }),
    );
    await shop.waitUntilReady();
  }

  /** By the number of files and sockets that each process of the pods from the beginning has open. */
  async function openFiles(): Promise<Record<string, number>> {
    const services = ['gateway', 'product', 'cart', 'web'];
    const pods = (await Promise.all(services.map((service) => shop.pods(service)))).flat();
    const counts = await Promise.all(
      pods.map(async ({ metadata: { name } }) => {
        const listing = await shop.kubectl('exec', name, '-c', 'app', '--', 'node', '-p', countOfMain);
        return [name, Number(listing)] as const;
      }),
    );
    return Object.fromEntries(counts);
  }

  it('keeps every pod through all of it: none was restarted, grew out of its memory or leaks connections', async () => {
    const pods = (
      await Promise.all([readyPods(shop, 'gateway', 1), readyPods(shop, 'product', 3), readyPods(shop, 'web', 1)])
    ).flat();
    const restarts = pods
      .flatMap(({ status }) => status.containerStatuses ?? [])
      .map(({ restartCount }) => restartCount);
    expect(restarts).toEqual(restarts.map(() => 0));
    await eventually(
      async () => {
        const grown = Object.entries(await openFiles()).filter(
          ([pod, count]) => count > (filesBefore[pod] ?? Infinity) + mostNewFiles,
        );
        expect(grown, JSON.stringify(filesBefore)).toEqual([]);
      },
      { within: 60_000 },
    );
  });
});
