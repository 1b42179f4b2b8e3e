import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Terms } from '../auditor/audit.ts';
import type { Ledger } from '../auditor/target.ts';
import { eventually, whyNoCluster } from '../cluster/cluster.ts';
import { killPod, killStore, reviveStores } from '../cluster/servers.ts';
import { expectStatus } from './api.ts';
import { bankAsks, cards, insistOnOrder, orderBecomes, prepareCheckout, readOrder, type Holder } from './buyer.ts';
import {
  advanceClock,
  lateWebhooks,
  lostWebhooks,
  outage,
  promptCarrier,
  readStrikes,
  requestFaults,
  setFaults,
  setHabits,
  slowCarrier,
} from './faults.ts';
import { answerBank, labelsOf, sendParcels } from './outside.ts';
import { formatByPhase, type Phase } from './phases.ts';
import { startSelling, type Sales } from './seller.ts';
import { openShopUnderAudit, type ShopUnderAudit } from './shop-under-audit.ts';

const perSecond = 2.5;
/** For all that met a fault to come to its end, once the last one is over. */
const restMs = 90_000;
/** While faults go on, nobody is blamed for what is late by less. */
const graceMs = 120_000;

/** A label that was paid for and is not printed yet. */
const bought = expect.objectContaining({ trackingCode: null, voidAskedAt: null });

/** Waits until so many more have begun to buy. */
type Buyers = (more: number) => Promise<void>;

describe.skipIf(whyNoCluster)(`sales in trouble ${whyNoCluster || ''}`, { timeout: 240_000 }, () => {
  let ground: ShopUnderAudit;
  let sku: string;
  const accepted: string[] = [];
  const phases: Phase[] = [];

  beforeAll(async () => {
    ground = await openShopUnderAudit('tried');
    sku = `mug-${randomUUID().slice(0, 8)}`;
    await ground.merchant.offer(sku, { units: 10_000 });
  }, 300_000);
  afterEach(heal, 120_000);
  afterAll(() => ground?.close(), 120_000);

  async function heal(): Promise<void> {
    await reviveStores();
    const { stripe, carrier } = ground.world;
    await Promise.all([setFaults(stripe, []), setFaults(carrier, []), setHabits(carrier, promptCarrier)]);
  }

  const troubles: Record<string, (buyers: Buyers) => Promise<unknown>> = {
    async 'Stripe fails in every way it can'(buyers) {
      const { stripe } = ground.world;
      await setFaults(stripe, [...requestFaults, ...lateWebhooks, ...lostWebhooks]);
      await Promise.all([...Array.from({ length: 3 }, payThroughBank), buyers(18)]);
      await allStrike(stripe);
    },
    async 'the carrier fails in every way it can'(buyers) {
      const { carrier } = ground.world;
      await setFaults(carrier, [...requestFaults, ...lateWebhooks, ...lostWebhooks]);
      await setHabits(carrier, slowCarrier);
      const isAwaited = async () => expect(await labelsOf(ground.world)).toContainEqual(bought);
      await Promise.all([eventually(isAwaited, { within: 60_000 }), buyers(18)]);
      await allStrike(carrier);
    },
    async 'RabbitMQ and a shard of orders are killed and come back'(buyers) {
      await Promise.all([killStore('rabbitmq'), killStore('orders-2')]);
      await buyers(10);
      await reviveStores();
      await buyers(8);
    },
    async 'both Redis and MongoDB are killed and come back'(buyers) {
      await Promise.all([killStore('state'), killStore('cache'), killStore('ferretdb')]);
      await buyers(10);
      await reviveStores();
      await buyers(8);
    },
    async 'the pods of one service after another are killed'(buyers) {
      for (const service of ['order', 'payment', 'shipping', 'product', 'cart', 'gateway']) {
        for (const pod of await ground.shop.pods(service)) killPod(pod);
        await buyers(3);
      }
    },
  };

  it.each(Object.keys(troubles))('hold while %s', async (name) => {
    const { started, accepted: sold, failed } = await sellDuring(name, troubles[name]!);
    expect(failed).toEqual({});
    expect(sold).toHaveLength(started);
    const terms = { accepted, graceMs };
    const breaches = await eventually(() => ground.auditor.check(terms), { within: 20_000 });
    expect(formatByPhase(breaches, phases)).toBe('');
  });

  it('all come to their end after that, and every parcel to its door', async () => {
    expect(phases.map(({ name }) => name)).toEqual(Object.keys(troubles));
    await rests(['captured']);
    const { carrier } = ground.world;
    await setFaults(carrier, lateWebhooks);
    for (const status of ['in_transit', 'delivered'] as const)
      await sendParcels(ground.world, (await ground.auditor.look()).shipments, status);
    await allStrike(carrier);
    await rests(['delivered']);
  });

  it('go on while the carrier is away for an hour, and parcels get their labels once it is back', async () => {
    await prepareCheckout(ground.api, [{ sku, units: 1 }]); // from now on its rates are known
    const { carrier } = ground.world;
    const from = new Date();
    await setFaults(carrier, outage(60 * 60_000));
    const placed = await Promise.all(Array.from({ length: 5 }, () => order(cards.good)));
    for (const one of placed) await orderBecomes(ground.api, one, { states: ['confirmed'] });

    await advanceClock(carrier, 59 * 60_000);
    await struckAgain(carrier);
    for (const one of placed) expect(await readOrder(ground.api, one)).toMatchObject({ state: 'confirmed' });

    await advanceClock(carrier, 60_000);
    phases.push({ name: 'the carrier is away', from, to: new Date() });
    await rests(['captured', 'delivered']);
    for (const one of placed) expect(await readOrder(ground.api, one)).toMatchObject({ state: 'captured' });
  });

  /** People buy while it goes on; in the end all is well again, and whoever began to buy has been answered. */
  async function sellDuring(name: string, trouble: (buyers: Buyers) => Promise<unknown>): Promise<Sales> {
    const from = new Date();
    const selling = startSelling(ground.api, { sku, perSecond });
    const buyers: Buyers = async (more) => {
      const enough = selling.sales.started + more;
      await eventually(async () => expect(selling.sales.started).toBeGreaterThanOrEqual(enough), { within: 60_000 });
    };
    try {
      await buyers(2);
      await trouble(buyers);
    } finally {
      await heal();
      accepted.push(...(await selling.stop()).accepted);
      phases.push({ name, from, to: new Date() });
    }
    return selling.sales;
  }

  async function order(card: string): Promise<Holder> {
    const checkout = await prepareCheckout(ground.api, [{ sku, units: 1 }], card);
    const placed = expectStatus(await insistOnOrder(ground.api, checkout), 201);
    accepted.push(placed.orderId);
    return placed;
  }

  /** Here the shop learns by a webhook what has happened, or else by asking. */
  async function payThroughBank(): Promise<void> {
    const placed = await order(cards.challenged);
    await bankAsks(ground.api, placed, { within: 90_000 });
    await answerBank(ground.world, placed.orderId, 'approve');
  }

  /** A fault that never came has proved nothing. */
  async function allStrike(vendor: Ledger): Promise<void> {
    const silent = async () => (await readStrikes(vendor)).filter(({ hits }) => hits === 0).map(({ fault }) => fault);
    await eventually(async () => expect(await silent()).toEqual([]), { within: 30_000 });
  }

  async function struckAgain(vendor: Ledger): Promise<void> {
    const count = async () => (await readStrikes(vendor)).reduce((sum, { hits }) => sum + hits, 0);
    const before = await count();
    await eventually(async () => expect(await count()).toBeGreaterThan(before), { within: 30_000 });
  }

  /** Who was told of an order gets it: none of them may be cancelled. */
  async function rests(settled: Terms['settled']): Promise<void> {
    const breaches = await ground.auditor.checkAtRest({ accepted, settled, withinMs: restMs });
    expect(formatByPhase(breaches, phases)).toBe('');
  }
});
