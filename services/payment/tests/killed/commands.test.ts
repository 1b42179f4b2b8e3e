import { bucketOfOrderId } from '@storefront/commerce/order-ids';
import { callerFor, eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eur, openShop, returnUrl, whyNoSimulator, type Order, type Shop } from '../fixtures/shop.ts';
import { startVictim } from '../fixtures/victim.ts';

const why = whyNoBroker || whyNoSimulator;

describe.skipIf(why)(`a process that is killed ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ lease: '1s', command: '800ms', call: '600ms' });
  });
  afterAll(() => shop?.close());

  /** Sends the request to a process of its own, which is killed when it gets to the point. */
  async function killedAt(at: string, [method, path, body]: readonly [string, string, unknown?]): Promise<void> {
    const victim = await startVictim(shop, at);
    const headers = await callerFor('service', { audience: 'payment', sub: 'order' });
    const request = fetch(victim.url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    await victim.kill();
    await request;
  }

  const pathOf = (order: Order) => `/payments/${order.id}`;
  const authorization = { amount: eur(2500), attempt: 1, method: 'pm_card_visa', returnUrl, description: 'Order' };
  const refundId = 'b7e1c2d3-0000-4000-8000-000000000001';
  const authorize = (order: Order, more: Partial<typeof authorization> = {}) =>
    ['PUT', pathOf(order), { ...authorization, ...more }] as const;
  const capture = (order: Order) => ['POST', `${pathOf(order)}/capture`, { amount: eur(2500) }] as const;
  const cancel = (order: Order) => ['POST', `${pathOf(order)}/cancel`] as const;
  const refund = (order: Order) =>
    ['PUT', `${pathOf(order)}/refunds/${refundId}`, { amount: eur(500), reason: 'damaged' }] as const;

  /** Nobody asks again: what was begun is finished by whoever finds it. */
  const finishes = async (order: Order, status: string) => {
    await eventually(async () => expect((await order.read()).body.status).toBe(status), { within: '15s' });
    await order.audit();
  };

  it.each(['commit:1', 'before:create', 'after:create', 'commit:2'])(
    'while it authorizes (%s) leaves an authorized payment, and the order hears of it',
    async (point) => {
      const order = shop.order();
      await killedAt(point, authorize(order));
      await finishes(order, 'authorized');
      // After the last commit the answer was lost alone: the order asks again, and finds it done.
      const told = point === 'commit:2' ? [] : ['authorized'];
      await eventually(() => expect(shop.changesOf(order.id).map(({ data }) => data.status)).toEqual(told));
      expect((await order.authorize()).body).toMatchObject({ status: 'authorized', attempt: 1 });
      await order.audit();
    },
  );

  it.each(['commit:1', 'before:create', 'after:create', 'commit:2'])(
    'while its first card is declined (%s) leaves the intent to the next card',
    async (point) => {
      const order = shop.order();
      await killedAt(point, authorize(order, { method: 'pm_card_chargeDeclined' }));
      await finishes(order, 'requires-method');
      expect((await order.read()).body.decline?.code).toBe('generic_decline');
      expect((await order.authorize('pm_card_visa', 2)).body).toMatchObject({ status: 'authorized', attempt: 2 });
      await order.audit();
    },
  );

  it.each(['commit:1', 'before:confirm', 'after:confirm', 'commit:2'])(
    'while it tries another card (%s) leaves an authorized payment, and the order hears of it',
    async (point) => {
      const order = shop.order();
      await order.authorize('pm_card_chargeDeclined');
      await killedAt(point, authorize(order, { attempt: 2 }));
      await finishes(order, 'authorized');
      const told = point === 'commit:2' ? [] : ['authorized'];
      await eventually(() => expect(shop.changesOf(order.id).map(({ data }) => data.status)).toEqual(told));
      expect((await order.authorize('pm_card_visa', 2)).body).toMatchObject({ status: 'authorized', attempt: 2 });
      await order.audit();
    },
  );

  it.each([true, false])(
    'and was of the release before, which made an intent without its card (sent: %s), leaves an authorized payment',
    async (isSent) => {
      const order = shop.order();
      const key = `pi:${shop.scope}:${order.id}`;
      const parameters = {
        amount: 2500,
        currency: 'eur',
        capture_method: 'manual',
        automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
        metadata: { order_id: order.id, scope: shop.scope },
        expand: ['latest_charge'],
      } as const;
      if (isSent)
        await shop.stripe.paymentIntents.create({ ...parameters, expand: ['latest_charge'] }, { idempotencyKey: key });
      await keep(order, key, JSON.stringify(parameters));
      await finishes(order, 'authorized');
      const sent = (await shop.simulator.requests('POST *')).filter((request) => request.key?.includes(order.id));
      expect([...new Set(sent.map((request) => request.key))]).toEqual([key, `confirm:${shop.scope}:${order.id}:1`]);
    },
  );

  /** The rows of a payment whose intent is being made. */
  async function keep(order: Order, key: string, parameters: string): Promise<void> {
    const bucket = bucketOfOrderId(order.id);
    const owned = sql`from routing.bucket_owner where bucket = ${bucket}`;
    for (const { name } of shop.servers.shards) {
      const db = shop.servers.admin(name);
      await sql`insert into test.stripe_call (bucket, key, order_id, operation, subject, parameters, sent_at)
        select ${bucket}::int2, ${key}::text, ${order.id}::uuid, 'create', '', ${parameters}::text, now() ${owned}`.execute(
        db,
      );
      await sql`insert into test.payment (bucket, order_id, version, status, in_doubt, amount_minor, currency, description,
          attempt, method, return_url, look_at)
        select ${bucket}::int2, ${order.id}::uuid, 1, 'new', true, 2500, 'EUR', 'Order', 1, 'pm_card_visa', ${returnUrl}::text,
          now() ${owned}`.execute(db);
    }
  }

  it.each(['commit:1', 'before:capture', 'after:capture', 'commit:2'])(
    'while it captures (%s) leaves a payment that is captured once',
    async (point) => {
      const order = shop.order();
      await order.authorize();
      await killedAt(point, capture(order));
      await finishes(order, 'captured');
      expect((await order.capture()).body.status).toBe('captured');
      await order.audit();
    },
  );

  it.each(['commit:1', 'before:cancel', 'after:cancel', 'commit:2'])(
    'while it cancels (%s) leaves nothing that is reserved',
    async (point) => {
      const order = shop.order();
      await order.authorize();
      await killedAt(point, cancel(order));
      await finishes(order, 'canceled');
      expect((await order.cancel()).body.status).toBe('canceled');
    },
  );

  it.each(['commit:1', 'before:refund', 'after:refund', 'commit:2'])(
    'while it refunds (%s) leaves one refund',
    async (point) => {
      const order = shop.order();
      await order.authorize();
      await order.capture();
      await killedAt(point, refund(order));
      const isRefunded = async () =>
        expect((await order.read()).body.refunds).toMatchObject([{ refundId, status: 'succeeded' }]);
      await eventually(isRefunded, { within: '15s' });
      expect((await order.refund(500, refundId)).body.refunds).toHaveLength(1);
      await order.audit();
    },
  );
});
