import { randomUUID } from 'node:crypto';
import { ms } from '@storefront/kit/time';
import { whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Order } from '../src/contract.ts';
import { shippingMinor } from './a-quote.ts';
import { openShop, talkTo, type ProblemBody, type Shop } from './shop.ts';

describe.skipIf(whyNoBroker)(`an order that is not wanted any more ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => {
    for (const { knobs } of Object.values(shop.peers)) knobs.clear();
    shop.peers.shipping.labelsBecome('labelled');
    shop.peers.shipping.labelsCost(0);
    shop.peers.payment.refundsBecome('succeeded');
  });
  afterAll(() => shop?.close());

  const cancel = (orderId: string, body: object = {}) =>
    shop.ask<Order & ProblemBody>('POST', `/orders/${orderId}/cancel`, { body, token: orderId });
  const refund = (orderId: string, body: object, key: string = randomUUID()) =>
    shop.ask<Order & ProblemBody>('POST', `/orders/${orderId}/refunds`, { body, key, merchant: true });

  /** Nothing of it is left. */
  async function expectUndone(orderId: string): Promise<Order> {
    const order = await shop.reached(orderId, 'cancelled');
    const { payment, shipping, product } = shop.peers;
    const captured = payment.ledger.captures.includes(orderId) ? order.totals.total.amountMinor : 0;
    const refunded = captured > 0 ? payment.ledger.refundedMinor(orderId) : 0;
    expect(captured - refunded).toBe(0);
    expect(['canceled', 'captured', undefined]).toContain(payment.payments.get(orderId)?.status);
    expect(product.holds.get(orderId)?.state).toBe('released');
    expect(['voided', 'refused', undefined]).toContain(shipping.shipments.get(orderId)?.status);
    expect(order.status).toBe('cancelled');
    return order;
  }

  it('is cancelled while it waits for a card', async () => {
    const { orderId } = await shop.place();
    expect((await cancel(orderId, { reason: 'changed my mind' })).body.cancellation?.reason).toBe('changed my mind');
    expect((await expectUndone(orderId)).history.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['cancellation-wanted', 'cancelling', 'cancelled']),
    );
    expect(await cancel(orderId)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  });

  it('is cancelled while its bank waits for the customer', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await shop.ask('GET', `/orders/${orderId}?waitFor=payment`, { token: orderId });
    await cancel(orderId);
    expect((await expectUndone(orderId)).paymentStatus).toBe('failed');
  });

  it.each([
    ['PUT /payments/:orderId', 'payment'],
    ['POST /holds/:orderId/claim', 'product'],
    ['PUT /shipments/:orderId/:parcel', 'shipping'],
    ['POST /payments/:orderId/capture', 'payment'],
  ] as const)('is cancelled in the middle of %s, once that is answered', async (call, peer) => {
    const { knobs } = shop.peers[peer];
    knobs.next(call, 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    await expect.poll(() => knobs.calls).toContain(call);
    expect((await cancel(orderId)).body.cancellation).not.toBeNull();
    knobs.release();
    await expectUndone(orderId);
  });

  it('while its label is being bought is heard before any money is taken', async () => {
    const other = await shop.open();
    onTestFinished(() => other.service.stop());
    const call = 'PUT /shipments/:orderId/:parcel';
    const { knobs } = shop.peers.shipping;
    knobs.next(call, 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    await expect.poll(() => knobs.calls).toContain(call);
    await talkTo(shop, () => other.url).ask('POST', `/orders/${orderId}/cancel`, { body: {}, token: orderId });
    knobs.release();
    await expectUndone(orderId);
    expect(shop.peers.payment.ledger.captures).not.toContain(orderId);
  });

  it('shows what is known of it while the step that joins the one before takes long', async () => {
    const call = 'POST /holds/:orderId/claim';
    const { knobs } = shop.peers.product;
    knobs.next(call, 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'authorized');
    expect(knobs.calls.filter((one) => one === call)).toHaveLength(1);
    knobs.release();
    await shop.reached(orderId, 'captured');
    expect(knobs.calls.filter((one) => one === call)).toHaveLength(1);
  });

  it('has no label bought for it by a request that arrives after the cancellation', async () => {
    const other = await shop.open();
    onTestFinished(() => other.service.stop());
    const [call, { knobs, labels }] = ['PUT /shipments/:orderId/:parcel', shop.peers.shipping];
    knobs.next(call, 'late');
    const { orderId } = await shop.place('pm_card_ok');
    await expect.poll(() => knobs.calls).toContain(call);
    await talkTo(shop, () => other.url).ask('POST', `/orders/${orderId}/cancel`, { body: {}, token: orderId });
    await expectUndone(orderId);
    knobs.release();
    await expect.poll(() => knobs.done).toContain(call);
    expect(labels).not.toContain(orderId);
    await expectUndone(orderId);
  });

  it('is cancelled after the capture too: the money goes back, the label is void, the goods are free', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await cancel(orderId);
    const order = await expectUndone(orderId);
    expect(order).toMatchObject({ paymentStatus: 'refunded', refunds: [{ status: 'succeeded' }] });
  });

  it('whose refund fails waits for a person, and tries another refund each day', async () => {
    shop.peers.payment.refundsBecome('failed');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await cancel(orderId);
    expect(await shop.reached(orderId, 'needs-review')).toMatchObject({ refunds: [{ status: 'failed' }] });
    shop.peers.payment.refundsBecome('succeeded');
    shop.travel(ms('1d'));
    const order = await expectUndone(orderId);
    expect(order).toMatchObject({
      paymentStatus: 'refunded',
      refunds: [{ status: 'failed' }, { status: 'succeeded' }],
    });
  });

  it('whose refund fails ends once the merchant has paid all of it back', async () => {
    shop.peers.payment.refundsBecome('failed');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await cancel(orderId);
    await shop.reached(orderId, 'needs-review');
    shop.peers.payment.refundsBecome('succeeded');
    expect((await refund(orderId, { reason: 'by hand' })).status).toBe(201);
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('refunded');
    shop.travel(ms('1d'));
    await expectUndone(orderId);
    expect(shop.peers.payment.ledger.refunds.filter((one) => one.orderId === orderId)).toHaveLength(2);
  });

  it('gives back only what somebody has not given back at Stripe', async () => {
    const { orderId, totals } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await shop.peers.payment.refundByHand(orderId, 500);
    await cancel(orderId);
    await expectUndone(orderId);
    const own = shop.peers.payment.ledger.refunds.filter((one) => one.orderId === orderId);
    expect(own).toMatchObject([{ amountMinor: totals.total.amountMinor - 500 }]);
  });

  it('is told to a person when its undoing takes days', async () => {
    shop.peers.payment.refundsBecome('pending');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await cancel(orderId);
    await expect.poll(() => shop.peers.payment.payments.get(orderId)?.refunds.length).toBe(1);
    shop.travel(ms('3d'));
    await shop.reached(orderId, 'needs-review');
    expect(await shop.rows('order_anomaly', orderId)).toMatchObject([
      { what: 'needs-review', details: { step: 'refund-payment', reason: 'late' } },
    ]);
    await shop.peers.payment.settleRefunds(orderId, 'succeeded');
    await expectUndone(orderId);
  });

  it('goes its way when the parcel has left before anybody knew', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    shop.peers.shipping.scanSilently(orderId, 'in-transit');
    await cancel(orderId);
    const order = await shop.reached(orderId, 'handed-over');
    expect(order).toMatchObject({ cancellation: null, paymentStatus: 'paid', fulfilmentStatus: 'shipped' });
    expect(await cancel(orderId)).toMatchObject({ status: 409, body: { code: 'too-late-to-cancel' } });
  });

  it('cannot be cancelled once it has been delivered', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await shop.peers.shipping.scan(orderId, 'in-transit');
    await shop.peers.shipping.scan(orderId, 'delivered');
    expect(await shop.reached(orderId, 'delivered')).toMatchObject({
      status: 'completed',
      fulfilmentStatus: 'delivered',
    });
    expect(await cancel(orderId)).toMatchObject({ status: 409, body: { code: 'too-late-to-cancel' } });
  });

  it('whose address the carrier refuses waits for a person, who cancels it, or until its deadline', async () => {
    shop.peers.shipping.labelsBecome('refused');
    const [one, other] = [await shop.place('pm_card_ok'), await shop.place('pm_card_ok')];
    for (const { orderId } of [one, other]) await shop.reached(orderId, 'needs-review');
    expect(await shop.rows('order_anomaly', one.orderId)).toMatchObject([{ what: 'needs-review' }]);
    await cancel(one.orderId);
    await expectUndone(one.orderId);
    shop.travel(ms('6d'));
    await expectUndone(other.orderId);
  });

  it('whose label costs three times what was paid for it waits for a person', async () => {
    shop.peers.shipping.labelsCost(3 * shippingMinor);
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'needs-review');
    expect(shop.peers.shipping.labels).not.toContain(orderId);
    shop.peers.shipping.labelsCost(Math.floor(1.2 * shippingMinor));
    await shop.reached((await shop.place('pm_card_ok')).orderId, 'captured');
  });

  it('whose carrier has a bad day is not cancelled by that', async () => {
    const call = 'PUT /shipments/:orderId/:parcel';
    shop.peers.shipping.knobs.next(call, 'refuse', 'lose', 'refuse');
    shop.peers.shipping.labelsBecome('wanted');
    const { orderId } = await shop.place('pm_card_ok');
    for (let hours = 0; hours < 4; hours += 1) {
      shop.travel(ms('1h'));
      await expect
        .poll(() => shop.peers.shipping.knobs.calls.filter((one) => one === call).length, { timeout: 5_000 })
        .toBeGreaterThan(hours);
    }
    shop.peers.shipping.labelsBecome('labelled');
    shop.travel(ms('1h'));
    await shop.reached(orderId, 'captured');
    expect(shop.peers.shipping.labels.filter((one) => one === orderId)).toHaveLength(1);
  });

  it('whose authorisation lapsed before it could be captured is cancelled', async () => {
    shop.peers.shipping.labelsBecome('wanted');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'confirmed');
    await shop.peers.payment.lapse(orderId);
    shop.peers.shipping.labelsBecome('labelled');
    shop.travel(ms('1m'));
    expect((await expectUndone(orderId)).cancellation?.reason).toBe('payment-canceled');
  });

  it('is refunded in parts, each once for its key, and never more than was paid', async () => {
    const { orderId, totals } = await shop.place('pm_card_ok', shop.fill([{ sku: 'cup', units: 3, priceMinor: 999 }]));
    expect(await refund(orderId, { reason: 'broken' })).toMatchObject({
      status: 409,
      body: { code: 'order-not-paid' },
    });
    await shop.reached(orderId, 'captured');
    await shop.peers.shipping.scan(orderId, 'delivered');
    await shop.reached(orderId, 'delivered');
    const key = randomUUID();
    const part = { lines: [{ line: 1, units: 1 }], restock: true, reason: 'broken' };
    const first = await refund(orderId, part, key);
    expect(first).toMatchObject({ status: 201, body: { refunds: [{ amount: { amountMinor: 999 } }] } });
    expect((await refund(orderId, part, key)).text).toBe(first.text);
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('partly-refunded');
    expect((await shop.read(orderId)).lines[0]?.refundedUnits).toBe(1);
    expect(await refund(orderId, { ...part, lines: [{ line: 1, units: 3 }] })).toMatchObject({
      status: 409,
      body: { code: 'refund-too-large' },
    });
    expect((await refund(orderId, { reason: 'all of it' })).status).toBe(201);
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('refunded');
    const refunds = shop.peers.payment.ledger.refunds.filter((one) => one.orderId === orderId);
    expect(refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(totals.total.amountMinor);
    await expect.poll(() => [...shop.peers.product.restocked.values()]).toContainEqual([{ sku: 'cup', units: 1 }]);
    expect(shop.peers.product.stock.get('cup')?.onHand).toBe(98);
  });

  it('is not refunded by a request that names a line twice', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    const lines = [1, 1].map((line) => ({ line, units: 1 }));
    expect(await refund(orderId, { lines, reason: 'broken' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'lines', message: 'must name each line once' }] },
    });
    expect((await shop.read(orderId)).refunds).toEqual([]);
  });

  it('gets no goods back that have not left: it is cancelled, and they are free', async () => {
    const { orderId } = await shop.place('pm_card_ok', shop.fill([{ sku: 'saucer', units: 2 }]));
    await shop.reached(orderId, 'captured');
    const back = { lines: [{ line: 1, units: 1 }], restock: true, reason: 'not wanted' };
    expect(await refund(orderId, back)).toMatchObject({
      status: 409,
      body: { code: 'not-handed-over', errors: [{ field: 'restock' }] },
    });
    const [, beside] = await Promise.all([cancel(orderId), refund(orderId, back)]);
    expect(beside.status).toBe(409);
    await expectUndone(orderId);
    expect((await refund(orderId, back)).status).toBe(409);
    expect(shop.peers.product.stock.get('saucer')).toEqual({ onHand: 100, available: 100 });
  });

  it('is sent and refunded at the same time, and neither holds up the other', async () => {
    for (let times = 0; times < 5; times += 1) {
      const { orderId } = await shop.place('pm_card_ok');
      await shop.reached(orderId, 'captured');
      await Promise.all([shop.peers.shipping.scan(orderId, 'in-transit'), refund(orderId, { reason: 'late' })]);
      expect((await shop.reached(orderId, 'handed-over')).cancellation).toBeNull();
      await expect.poll(async () => (await shop.read(orderId)).paymentStatus, { timeout: 5_000 }).toBe('refunded');
      const { history } = await shop.read(orderId);
      expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, index) => index + 1));
    }
  });

  it('is refunded when the bank says so, and left as it was when the bank refuses', async () => {
    shop.peers.payment.refundsBecome('pending');
    const [good, bad] = [await shop.place('pm_card_ok'), await shop.place('pm_card_ok')];
    for (const { orderId } of [good, bad]) {
      await shop.reached(orderId, 'captured');
      await refund(orderId, { reason: 'broken' });
      await expect.poll(() => shop.peers.payment.payments.get(orderId)?.refunds.length).toBe(1);
    }
    await shop.peers.payment.settleRefunds(good.orderId, 'succeeded');
    await shop.peers.payment.settleRefunds(bad.orderId, 'failed');
    await expect.poll(async () => (await shop.read(good.orderId)).paymentStatus).toBe('refunded');
    await expect.poll(async () => (await shop.read(bad.orderId)).refunds[0]?.status).toBe('failed');
    expect((await shop.read(bad.orderId)).paymentStatus).toBe('paid');
  });

  it('whose refund comes back long after it arrived is paid for again, and can be refunded again', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await refund(orderId, { reason: 'broken' });
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('refunded');
    await shop.peers.shipping.scan(orderId, 'delivered');
    await shop.reached(orderId, 'delivered');
    await shop.peers.payment.settleRefunds(orderId, 'failed');
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('paid');
    expect(await shop.rows('order_anomaly', orderId)).toMatchObject([{ what: 'refund-failed' }]);
    expect((await refund(orderId, { reason: 'once more' })).status).toBe(201);
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('refunded');
  });

  it('learns of a refund that was made by hand at Stripe, wherever it stands', async () => {
    const { orderId, totals } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await shop.peers.shipping.scan(orderId, 'delivered');
    await shop.reached(orderId, 'delivered');
    await shop.peers.payment.refundByHand(orderId, 500);
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus).toBe('partly-refunded');
    expect((await refund(orderId, { reason: 'the rest' })).body.refunds).toMatchObject([
      { amount: { amountMinor: 500 } },
      { amount: { amountMinor: totals.total.amountMinor - 500 } },
    ]);
  });

  it('is told to whoever watches when money moves for it after its end', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await cancel(orderId);
    await expectUndone(orderId);
    await shop.peers.payment.approve(orderId);
    const anomaly = { what: 'moved-after-end', details: { state: 'cancelled', status: 'authorized' } };
    await expect.poll(() => shop.rows('order_anomaly', orderId)).toMatchObject([anomaly]);
    const told = async () => (await fetch(`${shop.url}/metrics`)).text();
    await expect.poll(told).toMatch(/order_anomalies_total\{what="moved-after-end".*\} [1-9]/);
  });

  it('is handed over by the merchant’s word, once', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    const handOver = () => shop.ask<Order & ProblemBody>('POST', `/orders/${orderId}/hand-over`, { merchant: true });
    expect(await handOver()).toMatchObject({ status: 409, body: { code: 'not-ready-to-hand-over' } });
    await shop.ask('GET', `/orders/${orderId}?waitFor=payment`, { token: orderId });
    await shop.peers.payment.approve(orderId);
    await shop.reached(orderId, 'captured');
    expect(await handOver()).toMatchObject({
      status: 200,
      body: { state: 'handed-over', fulfilmentStatus: 'shipped' },
    });
    expect(await handOver()).toMatchObject({ status: 200, body: { state: 'handed-over' } });
    expect(shop.peers.product.holds.get(orderId)?.state).toBe('shipped');
  });
});
