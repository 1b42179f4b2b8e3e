import { bucketOfOrderId } from '@storefront/commerce/order-ids';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';

const why = whyNoBroker || whyNoSimulator;

describe.skipIf(why)(`a webhook of a first card whose command gave up before its answer came ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    // Nobody but the webhook makes anybody look.
    shop = await openShop({ call: '300ms', command: '900ms', doubtEvery: '1h' });
  });
  afterAll(() => shop?.close());

  const told = (order: Order) => shop.changesOf(order.id).map(({ data }) => data.status);

  async function parked(order: Order) {
    const bucket = bucketOfOrderId(order.id);
    const found = await Promise.all(
      shop.servers.shards.map(({ name }) =>
        sql`select * from test.unmatched_event where bucket = ${bucket}`.execute(shop.servers.admin(name)),
      ),
    );
    return found.flatMap(({ rows }) => rows);
  }

  it.each([
    ['pm_card_visa', 'authorized'],
    ['pm_card_chargeDeclined', 'requires-method'],
    ['pm_card_authenticationRequired', 'requires-action'],
  ])('(%s) leads to its intent, which is told to the fleet: %s', async (method, status) => {
    const order = shop.order();
    const route = 'POST /v1/payment_intents';
    await shop.simulator.faults({ match: { route, contains: order.id, nth: 1 }, fault: { kind: 'hang', forMs: 2000 } });
    expect((await order.authorize(method)).body.status).toBe('processing');
    await eventually(async () => expect((await order.read()).body.status).toBe(status), { within: '15s' });
    await eventually(() => expect(told(order)).toEqual([status]));
    expect(await parked(order)).toEqual([]);
    expect(await shop.simulator.payments(order.id)).toHaveLength(1);
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });
});
