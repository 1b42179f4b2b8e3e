import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { whyNoCluster } from '../cluster/cluster.ts';
import { killPod, killStore, reviveStores, type StoreName } from '../cluster/servers.ts';
import { setFaults, troubles } from './faults.ts';
import { startSelling, type Sales } from './seller.ts';
import { openShopUnderAudit, type ShopUnderAudit } from './shop-under-audit.ts';

const perSecond = 2;
/** Longer than what any of the faults takes to be noticed. */
const sellingMs = 10_000;
/** What a sale that met a fault may take to come to its end: retries, deadlines of steps, sweeps for what was missed. */
const restMs = 5 * 60_000;

describe.skipIf(whyNoCluster)(`sales under faults ${whyNoCluster || ''}`, { timeout: 480_000 }, () => {
  let ground: ShopUnderAudit;
  let sku: string;
  const accepted: string[] = [];

  beforeAll(async () => {
    ground = await openShopUnderAudit('tried');
    sku = `mug-${randomUUID().slice(0, 8)}`;
    await ground.merchant.offer(sku, { units: 10_000 });
  }, 300_000);
  afterEach(async () => {
    await setFaults(ground.world.stripe, []);
    await setFaults(ground.world.carrier, []);
    await reviveStores();
  }, 120_000);
  afterAll(() => ground?.close(), 120_000);

  /** Sells while something goes wrong; afterwards everything has come to its end, and nothing is as it must not be. */
  async function sellDuring(trouble: () => Promise<unknown>): Promise<Sales> {
    const selling = startSelling(ground.api, { sku, perSecond });
    await pause(2_000);
    await trouble();
    await pause(sellingMs);
    await setFaults(ground.world.stripe, []);
    await setFaults(ground.world.carrier, []);
    await reviveStores();
    const sales = await selling.stop();
    accepted.push(...sales.accepted);
    await ground.audit({ accepted, withinMs: restMs });
    return sales;
  }

  it.each(Object.keys(troubles))('hold when at Stripe and the carrier %s', async (trouble) => {
    const { accepted: sold, failed } = await sellDuring(async () => {
      await setFaults(ground.world.stripe, troubles[trouble] ?? []);
      await setFaults(ground.world.carrier, troubles[trouble] ?? []);
    });
    expect(sold.length).toBeGreaterThan(perSecond * 5);
    expect(failed).toEqual({});
  });

  const stores: StoreName[] = ['rabbitmq', 'state', 'cache', 'orders-2', 'ferretdb'];
  it.each(stores)('hold when %s is killed and comes back', async (store) => {
    const { accepted: sold } = await sellDuring(async () => {
      await killStore(store);
      await pause(8_000);
      await reviveStores();
    });
    expect(sold.length).toBeGreaterThan(0);
  });

  it.each(['order', 'payment', 'shipping', 'product', 'cart', 'gateway'])('hold when %s is killed', async (service) => {
    const { accepted: sold } = await sellDuring(async () => {
      for (const pod of await ground.shop.pods(service)) killPod(pod);
    });
    expect(sold.length).toBeGreaterThan(0);
  });
});
