import { randomBytes } from 'node:crypto';
import { bucketOfOrderId, orderIdOf } from '@storefront/commerce/order-ids';
import { bucketCount, bucketOf } from '@storefront/kit/postgres';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';

const why = whyNoBroker || whyNoSimulator;

describe.skipIf(why)(`while a shard is away ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    // It repairs nothing by itself: another process does, which one shard is closed to.
    shop = await openShop({ call: '300ms', command: '900ms', doubtEvery: '1h' });
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.simulator.faults());

  const shardOf = (bucket: number) => Math.floor((bucket * shop.servers.shards.length) / bucketCount);
  /** Where the list of events has been read to is kept on one of them. */
  const closed = () => (shardOf(bucketOf('events')) + 1) % shop.servers.shards.length;
  const isNobodyThere = 'postgres://127.0.0.1:9/nowhere';

  function openWithoutOne(timings: Parameters<Shop['open']>[0]) {
    const shards = shop.servers.shards.map((one, index) => (index === closed() ? { ...one, url: isNobodyThere } : one));
    return shop.open(timings, { shards });
  }
  function orderElsewhere(): Order {
    for (;;) {
      const order = shop.order();
      if (shardOf(bucketOfOrderId(order.id)) !== closed()) return order;
    }
  }

  it('a capture in doubt on another one comes to its end', async () => {
    const order = orderElsewhere();
    await order.authorize();
    await shop.simulator.faults({
      match: { route: 'POST /v1/payment_intents/:id/capture' },
      fault: { kind: 'down' },
    });
    expect((await order.capture()).body.status).toBe('processing');
    await shop.simulator.faults();
    const repairing = await openWithoutOne({ doubtEvery: '200ms' });
    await eventually(async () => expect((await order.read()).body.status).toBe('captured'), { within: '10s' });
    await repairing.stop();
    await order.audit();
  });

  it('an event that never came is found for an order on another one', async () => {
    const order = orderElsewhere();
    await order.authorize('pm_card_authenticationRequired');
    await shop.simulator.faults({ match: { event: '*' }, fault: { kind: 'dropped' } });
    const [money] = await shop.simulator.payments(order.id);
    await shop.simulator.control('POST', `intents/${money?.paymentIntent}/challenge`, { outcome: 'approve' });
    const sweeping = await openWithoutOne({ sweepEvery: '200ms' });
    await eventually(async () => expect((await order.read()).body.status).toBe('authorized'), { within: '15s' });
    await sweeping.stop();
    await order.audit();
  });

  it('an event that waits for its order does not wait for the one before it', async () => {
    const [first, second] = [await park(), await park()];
    await shop.simulator.faults({
      match: { route: 'GET /v1/payment_intents/:id', contains: first.intent },
      fault: { kind: 'down' },
    });
    for (const { id, intent } of [first, second])
      for (const { name } of shop.servers.shards)
        await sql`insert into test.payment (bucket, order_id, version, status, amount_minor, currency, description, attempt, intent_id)
          select ${bucketOfOrderId(id)}, ${id}, 1, 'requires-method', 2500, 'EUR', 'Order', 1, ${intent}
          from routing.bucket_owner where bucket = ${bucketOfOrderId(id)}`.execute(shop.servers.admin(name));
    const sweeping = await openWithoutOne({ sweepEvery: '200ms' });
    await eventually(async () => expect(await parked(second.id)).toBe(0), { within: '15s' });
    expect(await parked(first.id)).toBeGreaterThan(0);
    await sweeping.stop();
  });

  /** An intent that was made for an order of which nobody here knows. */
  async function park(): Promise<{ id: string; intent: string }> {
    const bucket = bucketOfOrderId(orderElsewhere().id);
    const id = orderIdOf({ at: new Date(), bucket, random: randomBytes(8) });
    const { id: intent } = await shop.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { order_id: id, scope: shop.scope },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await eventually(async () => expect(await parked(id)).toBeGreaterThan(0), { within: '10s' });
    return { id, intent };
  }

  async function parked(orderId: string): Promise<number> {
    const counts = await Promise.all(
      shop.servers.shards.map(async ({ name }) => {
        const { rows } = await sql<{ count: number }>`select count(*) as count from test.unmatched_event
          where event->>'orderId' = ${orderId}`.execute(shop.servers.admin(name));
        return Number(rows[0]?.count);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
});
