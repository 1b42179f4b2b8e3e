import { randomBytes, randomUUID } from 'node:crypto';
import { bucketOfOrderId, orderIdOf } from '@storefront/commerce/order-ids';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';
import { webhookSecret } from './fixtures/simulator.ts';

const why = whyNoBroker || whyNoSimulator;
const day = 86_400_000;

describe.skipIf(why)(`what Stripe tells by itself ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.simulator.faults());

  const intentOf = async (order: Order) => (await shop.simulator.payments(order.id))[0]?.paymentIntent ?? '';
  const answerBank = async (order: Order, outcome: 'approve' | 'deny') =>
    shop.simulator.control('POST', `intents/${await intentOf(order)}/challenge`, { outcome });
  const statusOf = async (order: Order) => (await order.read()).body.status;
  const told = (order: Order) => shop.changesOf(order.id).map(({ data }) => data.status);

  async function counted(name: string, labels: Record<string, string>): Promise<number> {
    const metric = await shop.metrics.registry.getSingleMetric(name)?.get();
    const values = (metric?.values ?? []) as { value: number; labels: Record<string, unknown> }[];
    const isMeant = (given: Record<string, unknown>) =>
      Object.entries(labels).every(([key, value]) => given[key] === value);
    return values.filter((one) => isMeant(one.labels)).reduce((sum, { value }) => sum + value, 0);
  }

  async function rows<Row>(table: string, orderId: string): Promise<Row[]> {
    const found = await Promise.all(
      shop.servers.shards.map(({ name }) =>
        sql<Row>`select * from ${sql.table(`test.${table}`)} where bucket = ${bucketOfOrderId(orderId)}`.execute(
          shop.servers.admin(name),
        ),
      ),
    );
    return found.flatMap((one) => one.rows);
  }

  it('of a customer whom the bank believes, is told to the fleet once', async () => {
    const order = shop.order();
    expect((await order.authorize('pm_card_authenticationRequired')).body.status).toBe('requires-action');
    await answerBank(order, 'approve');
    await eventually(() => expect(told(order)).toEqual(['authorized']));
    expect(await statusOf(order)).toBe('authorized');
    const { version } = (await order.read()).body;
    expect(shop.changesOf(order.id)).toMatchObject([{ aggregateVersion: version, subject: order.id }]);
    await order.audit();
  });

  it('of a customer whom the bank does not believe: another card is wanted, and taken', async () => {
    const order = shop.order();
    await order.authorize('pm_card_authenticationRequired');
    await answerBank(order, 'deny');
    await eventually(() => expect(told(order)).toEqual(['requires-method']));
    expect((await order.read()).body.decline).toEqual({
      code: 'payment_intent_authentication_failure',
      message: 'Your bank did not confirm this payment. Try again, or use another card.',
    });
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('of a card that is declined after the bank was asked', async () => {
    const order = shop.order();
    await order.authorize('pm_card_threeDSecureRequiredChargeDeclined');
    await answerBank(order, 'approve');
    await eventually(() => expect(told(order)).toEqual(['requires-method']));
    await order.audit();
  });

  it('of what a command did, is told to nobody: its answer said so', async () => {
    const order = shop.order();
    // One that overtakes the answer to its command finds what that command has changed since.
    const looked = () => counted('stripe_events_total', { source: 'webhook' });
    const before = await looked();
    await order.authorize();
    await order.capture();
    const { version } = (await order.read()).body;
    await eventually(async () => expect(await looked()).toBeGreaterThanOrEqual(before + 2), { within: '10s' });
    expect((await order.read()).body).toMatchObject({ status: 'captured', version });
    expect(told(order)).toEqual([]);
  });

  it.each([
    ['pm_card_visa', 'authorized', 'payment_intent.amount_capturable_updated'],
    ['pm_card_chargeDeclined', 'requires-method', 'payment_intent.payment_failed'],
    ['pm_card_authenticationRequired', 'requires-action', 'payment_intent.requires_action'],
  ])(
    'of a first card (%s) before its command is answered, waits for that and finds it',
    async (method, status, type) => {
      const order = shop.order();
      const route = 'POST /v1/payment_intents';
      const looked = () => counted('stripe_events_total', { source: 'webhook' });
      const before = await looked();
      await shop.simulator.faults({ match: { route, contains: order.id }, fault: { kind: 'hang', forMs: 1000 } });
      const answer = order.authorize(method);
      const isDelivered = async () => {
        const sent = await shop.simulator.control<{ type: string; event: string }[]>('GET', 'deliveries');
        const { data } = await shop.stripe.events.list({ limit: 20, type });
        const own = data.find(({ data: { object } }) => JSON.stringify(object).includes(order.id));
        expect(sent.map(({ event }) => event)).toContain(own?.id);
      };
      await eventually(isDelivered, { within: '5s' });
      expect(await statusOf(order)).toBe('processing');
      expect((await answer).body.status).toBe(status);
      await eventually(async () => expect(await looked()).toBeGreaterThan(before), { within: '10s' });
      expect(told(order)).toEqual([]);
      expect(await rows('unmatched_event', order.id)).toEqual([]);
      await order.audit();
    },
  );

  it('three times, late and in any order, takes effect once', async () => {
    const order = shop.order();
    await shop.simulator.faults(
      { match: { event: '*' }, fault: { kind: 'duplicate', copies: 3 } },
      { match: { event: '*' }, fault: { kind: 'reordered', withinMs: 60_000 } },
    );
    await order.authorize('pm_card_authenticationRequired');
    await answerBank(order, 'approve');
    await order.read(true);
    await order.capture();
    const { version } = (await order.read()).body;
    const before = await counted('stripe_events_total', { source: 'webhook' });
    await shop.simulator.advance(3_600_000);
    const isSeen = async () => {
      const seen = await rows<{ order_id: string; type: string }>('stripe_event', order.id);
      const types = seen.filter((row) => row.order_id === order.id).map(({ type }) => type);
      expect(types).toEqual(['payment_intent.requires_action']);
      const came = (await counted('stripe_events_total', { source: 'webhook' })) - before;
      // Three copies each: the bank asks, it believes the customer, the money is taken.
      expect(came).toBeGreaterThanOrEqual(3 * 3);
    };
    await eventually(isSeen, { within: '10s' });
    expect((await order.read()).body).toMatchObject({ status: 'captured', version });
    expect(told(order)).toEqual([]);
    await order.audit();
  });

  it('never, is found in the list of events', async () => {
    const order = shop.order();
    await order.authorize('pm_card_authenticationRequired');
    await shop.simulator.faults({ match: { event: '*' }, fault: { kind: 'dropped' } });
    await answerBank(order, 'approve');
    const sweeping = await shop.open({ sweepEvery: '200ms' });
    await eventually(() => expect(told(order)).toEqual(['authorized']), { within: '15s' });
    await sweeping.stop();
    await order.audit();
  });

  it.each(['secret', 'body', 'replay'])('but was forged (%s), is refused', async (how) => {
    const order = shop.order();
    const before = await counted('stripe_webhooks_total', { outcome: 'forged' });
    await shop.simulator.faults({ match: { event: 'payment_intent.*' }, fault: { kind: 'forged', how } });
    await order.authorize();
    await eventually(async () =>
      expect(await counted('stripe_webhooks_total', { outcome: 'forged' })).toBeGreaterThan(before),
    );
    expect(await statusOf(order)).toBe('authorized');
    await order.audit();
  });

  it('without a signature, with another, or with one of yesterday, is 400; with a good one it is kept', async () => {
    const payload = JSON.stringify({
      id: 'evt_test',
      object: 'event',
      type: 'customer.created',
      created: 1,
      data: { object: {} },
    });
    const send = (headers: Record<string, string>) =>
      shop.ask('POST', '/webhooks/stripe', payload, { 'content-type': 'application/json', ...headers });
    const signature = (secret: string, timestamp: number) =>
      shop.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(timestamp / 1000) });
    expect((await send({})).status).toBe(400);
    expect((await send({ 'stripe-signature': signature('whsec_another', Date.now()) })).status).toBe(400);
    expect(await send({ 'stripe-signature': signature(webhookSecret, Date.now() - day) })).toMatchObject({
      status: 400,
      body: { code: 'bad-signature' },
    });
    expect((await send({ 'stripe-signature': signature(webhookSecret, Date.now()) })).status).toBe(200);
  });

  it('of a sale are two webhooks: nothing comes that would only be ignored', async () => {
    const order = shop.order();
    await order.authorize();
    await order.capture();
    const intent = await intentOf(order);
    const { data } = await shop.stripe.events.list({ limit: 100 });
    const ofOrder = data.filter(({ data: { object } }) => JSON.stringify(object).includes(intent)).map(({ id }) => id);
    expect(ofOrder.length).toBeGreaterThan(4);
    const sent = await shop.simulator.control<{ event: string; type: string }[]>('GET', 'deliveries');
    expect(sent.filter(({ event }) => ofOrder.includes(event)).map(({ type }) => type)).toEqual([
      'payment_intent.amount_capturable_updated',
      'payment_intent.succeeded',
    ]);
  });

  it('of a type that nobody acts on, is answered and counted, and put on no queue', async () => {
    const payload = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'charge.captured',
      created: 1,
      data: { object: {} },
    });
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = shop.stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
    const ignored = () => counted('stripe_events_total', { outcome: 'ignored' });
    const before = await ignored();
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    expect((await shop.ask('POST', '/webhooks/stripe', payload, headers)).status).toBe(200);
    expect(await ignored()).toBe(before + 1);
    // What comes later has been worked off, so what was queued before it would have been counted again.
    const order = shop.order();
    await order.authorize('pm_card_authenticationRequired');
    await answerBank(order, 'approve');
    await eventually(() => expect(told(order)).toEqual(['authorized']));
    expect(await ignored()).toBe(before + 1);
  });

  it('of a refund that comes back: it has failed, is told, and can be made again', async () => {
    const order = shop.order();
    await order.authorize();
    await order.capture();
    const refundId = randomUUID();
    await order.refund(2500, refundId);
    const { data } = await shop.stripe.refunds.list({ payment_intent: await intentOf(order) });
    await shop.simulator.control('POST', `refunds/${data[0]?.id}/fail`);
    await eventually(async () =>
      expect((await order.read()).body.refunds).toMatchObject([{ refundId, status: 'failed' }]),
    );
    await eventually(() => expect(told(order)).toEqual(['captured']));
    await order.audit();
    expect((await order.refund(2500)).body.refunds).toHaveLength(2);
    await order.audit();
  });

  it('of a refund that is on its way first, and of one that somebody made by hand', async () => {
    const order = shop.order();
    await order.authorize('pm_card_pendingRefund');
    await order.capture();
    expect((await order.refund(500)).body.refunds).toMatchObject([{ status: 'pending' }]);
    await shop.stripe.refunds.create({ payment_intent: await intentOf(order), amount: 700 });
    await eventually(async () => expect((await order.read()).body.refunds).toHaveLength(2));
    await shop.simulator.advance(120_000);
    const arrived = [{ status: 'succeeded' }, { status: 'succeeded' }];
    await eventually(async () => expect((await order.read()).body.refunds).toMatchObject(arrived), { within: '10s' });
    expect(await order.refund(1301)).toMatchObject({ status: 409, body: { code: 'refund-too-large' } });
    await order.audit();
  });

  it('of an authorization that lapsed: it is canceled, and a capture is refused', async () => {
    const order = shop.order();
    await order.authorize();
    await shop.simulator.advance(8 * day);
    await eventually(() => expect(told(order)).toEqual(['canceled']), { within: '10s' });
    expect(await order.capture()).toMatchObject({ status: 409, body: { code: 'payment-canceled' } });
    await order.audit();
  });

  it('of a dispute, is kept for the day when somebody can answer it', async () => {
    const order = shop.order();
    await order.authorize();
    await order.capture();
    const { latest_charge: charge } = await shop.stripe.paymentIntents.retrieve(await intentOf(order));
    await shop.simulator.control('POST', `charges/${charge as string}/dispute`, {});
    const isKept = async () => {
      const kept = await rows<{ type: string; reason: string; retry_at: Date | null }>('unmatched_event', order.id);
      expect(kept).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'charge.dispute.created', reason: 'dispute', retry_at: null }),
        ]),
      );
    };
    await eventually(isKept, { within: '10s' });
    expect(told(order)).toEqual([]);
  });

  it('of an order that is not known, is parked, and applied once it is', async () => {
    const id = orderIdOf({ at: new Date(), bucket: 7, random: randomBytes(8) });
    const metadata = { order_id: id, scope: shop.scope };
    const intent = await shop.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const parked = () => rows<{ reason: string }>('unmatched_event', id);
    await eventually(async () => expect(await parked()).toMatchObject([{ reason: 'unknown-order' }]), {
      within: '10s',
    });
    expect(await counted('stripe_unmatched_events_total', { reason: 'unknown-order' })).toBe(1);
    for (const { name } of shop.servers.shards)
      await sql`insert into test.payment (bucket, order_id, version, status, amount_minor, currency, description, attempt, intent_id)
        select 7, ${id}, 1, 'requires-method', 2500, 'EUR', 'Order', 1, ${intent.id}
        from routing.bucket_owner where bucket = 7`.execute(shop.servers.admin(name));
    const sweeping = await shop.open({ sweepEvery: '200ms' });
    await eventually(async () => expect(await parked()).toEqual([]), { within: '15s' });
    await sweeping.stop();
    await eventually(() => expect(shop.changesOf(id).map(({ data }) => data.status)).toEqual(['authorized']));
  });

  it('of another shop of the same account, is nobody’s business here', async () => {
    const id = orderIdOf({ at: new Date(), bucket: 8, random: randomBytes(8) });
    const before = await counted('stripe_events_total', { outcome: 'foreign' });
    await shop.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { order_id: id, scope: 'other' },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await eventually(async () =>
      expect(await counted('stripe_events_total', { outcome: 'foreign' })).toBeGreaterThan(before),
    );
    expect(await rows('unmatched_event', id)).toEqual([]);
  });
});
