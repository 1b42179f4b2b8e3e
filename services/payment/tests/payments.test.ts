import { randomUUID } from 'node:crypto';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eur, openShop, realKey, returnUrl, type Shop } from './fixtures/shop.ts';

/** Also against Stripe itself, with STRIPE_SECRET_KEY. */
describe.skipIf(whyNoBroker)(`the payment of an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(realKey ? { call: '10s', command: '20s', lease: '30s', doubt: '30s' } : {});
  });
  afterAll(() => shop?.close());

  it('is authorized by a good card, and says until when', async () => {
    const order = shop.order();
    const { status, body } = await order.authorize();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { orderId: order.id, status: 'authorized', attempt: 1, amount: eur(2500), captured: null, refunds: [] },
    });
    expect(Date.parse(body.captureBefore ?? '')).toBeGreaterThan(Date.now() + 86_400_000);
    expect((await order.read()).body).toEqual(body);
    await order.audit();
  });

  it('is one PaymentIntent, found by order and shop', async () => {
    const order = shop.order();
    await order.authorize('pm_card_chargeDeclined', 1);
    await order.authorize('pm_card_visa', 2);
    const { data } = await shop.stripe.paymentIntents.list({ limit: 100 });
    const own = data.filter(({ metadata }) => metadata['order_id'] === order.id);
    expect(own).toMatchObject([
      { status: 'requires_capture', capture_method: 'manual', metadata: { scope: shop.scope } },
    ]);
    await order.audit();
  });

  it('is the same however often an attempt is asked for, also at the same time', async () => {
    const order = shop.order();
    const answers = await Promise.all(Array.from({ length: 5 }, () => order.authorize()));
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect((await order.authorize()).body).toEqual(answers[0]?.body);
    await order.audit();
  });

  it('is declined, and paid with another card', async () => {
    const order = shop.order();
    const declined = await order.authorize('pm_card_chargeDeclinedInsufficientFunds');
    expect(declined).toMatchObject({
      status: 200,
      body: { status: 'requires-method', decline: { code: 'insufficient_funds' }, attempt: 1 },
    });
    expect(await order.authorize('pm_card_chargeDeclinedInsufficientFunds')).toEqual(declined);
    const { body } = await order.authorize('pm_card_visa', 2);
    expect(body).toMatchObject({ status: 'authorized', decline: null, attempt: 2 });
    await order.audit();
  });

  it('does not tell what a bank says of a stolen card', async () => {
    const { body } = await shop.order().authorize('pm_card_chargeDeclinedStolenCard');
    expect(body.decline?.code).toBe('generic_decline');
  });

  it('asks for another card when Stripe knows none of that id', async () => {
    const order = shop.order();
    const { status, body } = await order.authorize('pm_nobodyknows');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'requires-method', decline: { code: 'resource_missing' } },
    });
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('sends the customer to the bank, and takes another card meanwhile', async () => {
    const order = shop.order();
    const { body } = await order.authorize('pm_card_authenticationRequired');
    expect(body).toMatchObject({ status: 'requires-action', nextAction: { type: 'redirect' } });
    expect((await order.authorize('pm_card_visa', 2)).body).toMatchObject({ status: 'authorized', nextAction: null });
    await order.audit();
  });

  it('takes a confirmation token of the Payment Element', async () => {
    const order = shop.order();
    const { id } = await shop.stripe.testHelpers.confirmationTokens.create({
      payment_method: 'pm_card_visa',
      return_url: returnUrl,
    });
    const { body } = await order.authorize(id);
    expect(body.status).toBe('authorized');
  });

  it('keeps the link that a bank sends back to, which opens the order, no longer than its card is being tried', async () => {
    const orders = [shop.order(), shop.order(), shop.order()] as const;
    await orders[0].authorize();
    await orders[1].authorize('pm_card_authenticationRequired');
    await orders[2].authorize('pm_card_chargeDeclined');
    let found = 0;
    for (const { name } of shop.servers.shards)
      for (const table of ['payment', 'payment_attempt', 'stripe_call']) {
        const { rows } = await sql<{ row: string }>`select row_to_json(kept)::text as row
          from ${sql.table(`test.${table}`)} kept`.execute(shop.servers.admin(name));
        found += rows.length;
        for (const { row } of rows) expect(row).not.toContain(returnUrl);
      }
    expect(found).toBeGreaterThanOrEqual(3 * orders.length);
    expect((await orders[1].authorize('pm_card_authenticationRequired')).body.status).toBe('requires-action');
    expect((await orders[2].authorize('pm_card_visa', 2)).body.status).toBe('authorized');
  });

  it('is captured once, and again as often as it is asked for', async () => {
    const order = shop.order();
    await order.authorize();
    const answers = await Promise.all([order.capture(), order.capture()]);
    for (const { status, body } of [...answers, await order.capture()])
      expect({ status, body }).toMatchObject({ status: 200, body: { status: 'captured', captured: eur(2500) } });
    expect(await order.capture(eur(1000))).toMatchObject({ status: 409, body: { code: 'captured-otherwise' } });
    await order.audit();
  });

  it('is captured in part, and the rest is given back', async () => {
    const order = shop.order();
    await order.authorize();
    expect((await order.capture(eur(2000))).body.captured).toEqual(eur(2000));
    await order.audit();
  });

  it('is not captured beyond what is authorized, or before, or without an order', async () => {
    const order = shop.order();
    expect((await order.capture()).status).toBe(404);
    await order.authorize('pm_card_chargeDeclined');
    expect(await order.capture()).toMatchObject({ status: 409, body: { code: 'not-authorized' } });
    await order.authorize('pm_card_visa', 2);
    expect(await order.capture(eur(2501))).toMatchObject({ status: 409, body: { code: 'capture-too-large' } });
    await order.audit();
  });

  it('is canceled, as often as it is asked for, and never captured then', async () => {
    const order = shop.order();
    await order.authorize();
    for (const _ of [1, 2]) expect((await order.cancel()).body.status).toBe('canceled');
    expect(await order.capture()).toMatchObject({ status: 409, body: { code: 'payment-canceled' } });
    expect((await order.authorize('pm_card_visa', 2)).body).toMatchObject({ status: 'canceled', attempt: 1 });
    await order.audit();
  });

  it('that was captured is not canceled', async () => {
    const order = shop.order();
    await order.authorize();
    await order.capture();
    expect(await order.cancel()).toMatchObject({ status: 409, body: { code: 'payment-captured' } });
  });

  it('is either captured or canceled when both are asked for at once', async () => {
    const order = shop.order();
    await order.authorize();
    const [captured, canceled] = await Promise.all([order.capture(), order.cancel()]);
    expect(new Set([captured.status, canceled.status])).toEqual(new Set([200, 409]));
    await order.audit();
  });

  it('that was canceled before it began is not paid by an attempt that comes late', async () => {
    const order = shop.order();
    expect((await order.cancel()).body.status).toBe('canceled');
    expect((await order.authorize()).body.status).toBe('canceled');
    await order.audit();
  });

  it('has the amount that it was begun with, and an attempt the card', async () => {
    const order = shop.order();
    await order.authorize('pm_card_chargeDeclined');
    expect(await order.authorize('pm_card_visa', 2, eur(1))).toMatchObject({
      status: 409,
      body: { code: 'amount-differs' },
    });
    expect(await order.authorize('pm_card_visa', 1)).toMatchObject({ status: 409, body: { code: 'attempt-differs' } });
  });

  it('is refunded in parts, each once, and never beyond what was captured', async () => {
    const order = shop.order();
    await order.authorize();
    expect(await order.refund(100)).toMatchObject({ status: 409, body: { code: 'not-captured' } });
    await order.capture(eur(2000));
    const refundId = randomUUID();
    const answers = await Promise.all([order.refund(500, refundId), order.refund(500, refundId)]);
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { refunds: [{ refundId, amount: eur(500), status: 'succeeded' }] },
      });
    expect(await order.refund(501, refundId)).toMatchObject({ status: 409, body: { code: 'refund-differs' } });
    expect(await order.refund(1501)).toMatchObject({ status: 409, body: { code: 'refund-too-large' } });
    const both = await Promise.all([order.refund(1000), order.refund(1000)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect((await order.refund(500)).body.refunds).toHaveLength(3);
    expect((await order.read(true)).body.status).toBe('captured');
    await order.audit();
  });

  it('is read as Stripe has it, when somebody asks for that', async () => {
    const order = shop.order();
    await order.authorize();
    const { data } = await shop.stripe.paymentIntents.list({ limit: 100 });
    const intent = data.find(({ metadata }) => metadata['order_id'] === order.id);
    await shop.stripe.paymentIntents.cancel(intent?.id ?? '');
    expect((await order.read(true)).body.status).toBe('canceled');
    await eventually(async () => expect((await order.read()).body.status).toBe('canceled'));
    expect((await shop.order().read()).status).toBe(404);
  });

  it('is the order’s business alone', async () => {
    const order = shop.order();
    const path = `/payments/${order.id}`;
    const stranger = await fetch(shop.url + path);
    expect(stranger.status).toBe(401);
  });

  it('tells a browser whose script shows the form', async () => {
    const response = await fetch(`${shop.url}/payment-settings`);
    expect(response.headers.get('cache-control')).toContain('max-age=300');
    expect(await response.json()).toMatchObject({ provider: 'stripe', scriptUrl: 'https://js.example/v3/' });
  });
});
