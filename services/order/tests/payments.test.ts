import { randomUUID } from 'node:crypto';
import { ms } from '@storefront/kit/time';
import { whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../src/contract.ts';
import { openShop, type ProblemBody, type Shop } from './shop.ts';

describe.skipIf(whyNoBroker)(`paying for an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => Object.values(shop.peers).forEach(({ knobs }) => knobs.clear()));
  afterAll(() => shop?.close());

  const pay = (orderId: string, paymentMethod: string, key: string = randomUUID()) =>
    shop.ask<Order & ProblemBody>('POST', `/orders/${orderId}/payments`, {
      body: { paymentMethod },
      key,
      token: orderId,
    });
  const outcome = (orderId: string) => shop.ask('GET', `/orders/${orderId}?waitFor=payment`, { token: orderId });
  const whatOf = ({ history }: Order) => history.map(({ what }) => what);

  it('takes the card that comes after the order', async () => {
    const { orderId } = await shop.place();
    expect(await pay(orderId, 'pm_card_ok')).toMatchObject({ status: 200, body: { payment: { attempts: 1 } } });
    expect((await outcome(orderId)).body.paymentStatus).not.toBe('pending');
    await shop.reached(orderId, 'captured');
  });

  it('takes another card after one that was declined', async () => {
    const { orderId } = await shop.place('pm_card_declined');
    const { body } = await outcome(orderId);
    expect(body).toMatchObject({
      state: 'awaiting-payment',
      payment: { decline: { code: 'card_declined' }, attempts: 1 },
    });
    expect((await pay(orderId, 'pm_card_ok')).body.payment).toMatchObject({ decline: null, attempts: 2 });
    expect(whatOf(await shop.reached(orderId, 'captured'))).toContain('payment-declined');
    expect(shop.peers.payment.payments.get(orderId)?.attempt).toBe(2);
  });

  it('is one card when the button is pressed twice', async () => {
    const { orderId } = await shop.place();
    const key = randomUUID();
    const [first, second] = await Promise.all([pay(orderId, 'pm_card_ok', key), pay(orderId, 'pm_card_ok', key)]);
    expect(second.text).toBe(first.text);
    expect((await shop.reached(orderId, 'captured')).payment.attempts).toBe(1);
  });

  it('ends the order after five declined cards, and gives its goods back', async () => {
    const { orderId, cartId } = await shop.place('pm_card_declined');
    for (let card = 2; card <= 5; card += 1) {
      await outcome(orderId);
      expect((await pay(orderId, 'pm_card_declined')).status).toBe(200);
    }
    const order = await shop.reached(orderId, 'cancelled');
    expect(order).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'failed',
      cancellation: { reason: 'payment-declined' },
    });
    expect(shop.peers.product.holds.get(orderId)?.state).toBe('released');
    expect(shop.peers.payment.payments.get(orderId)?.status).toBe('canceled');
    expect(await pay(orderId, 'pm_card_ok')).toMatchObject({ status: 409, body: { code: 'not-awaiting-payment' } });
    const cart = shop.peers.cart.carts.get(cartId)!;
    expect(await shop.post(cart)).toMatchObject({ status: 201 });
  });

  it('waits for the customer whose bank asks, and is told by an event', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    const { body } = await outcome(orderId);
    expect(body.payment.nextAction).toEqual({ type: 'redirect', url: 'https://bank.example/challenge' });
    await shop.peers.payment.approve(orderId);
    expect(whatOf(await shop.reached(orderId, 'captured'))).toContain('action-needed');
  });

  it('looks by itself when nobody tells that the bank is satisfied', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await outcome(orderId);
    shop.peers.payment.approveSilently(orderId);
    shop.travel(ms('16s'));
    expect((await shop.reached(orderId, 'captured')).paymentStatus).toBe('paid');
  });

  it('takes another card when the customer does not satisfy the bank', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await outcome(orderId);
    await shop.peers.payment.deny(orderId);
    await expect.poll(async () => (await shop.read(orderId)).payment.decline?.code).toBe('card_declined');
    expect((await pay(orderId, 'pm_card_ok')).status).toBe(200);
    await shop.reached(orderId, 'captured');
  });

  it('takes another card while a bank waits in vain for its customer', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await outcome(orderId);
    expect((await pay(orderId, 'pm_card_ok')).body.payment).toMatchObject({ nextAction: null, attempts: 2 });
    await shop.reached(orderId, 'captured');
    expect(await shop.rows('payment_attempt', orderId)).toMatchObject([
      { status: 'superseded' },
      { status: 'authorized' },
    ]);
  });

  it('ends an order whose customer is gone at its deadline', async () => {
    const orders = [await shop.place('pm_card_3ds'), await shop.place()];
    await outcome(orders[0]!.orderId);
    shop.travel(ms('46m'));
    for (const { orderId } of orders) {
      const order = await shop.reached(orderId, 'cancelled');
      expect(order).toMatchObject({ paymentStatus: 'failed', cancellation: { reason: 'late' } });
      expect(shop.peers.product.holds.get(orderId)?.state).toBe('released');
    }
    expect(shop.peers.payment.payments.get(orders[0]!.orderId)?.status).toBe('canceled');
  });

  it('confirms an order whose customer satisfied the bank in the last moment, though nobody told', async () => {
    const { orderId } = await shop.place('pm_card_3ds');
    await outcome(orderId);
    shop.peers.payment.approveSilently(orderId);
    shop.travel(ms('46m'));
    expect((await shop.reached(orderId, 'captured')).paymentStatus).toBe('paid');
  });

  it('finds out an outcome that nobody knows, and does not pay twice for it', async () => {
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'lose');
    shop.peers.payment.knobs.next('POST /payments/:orderId/capture', 'lose', 'lose');
    const slow = await shop.place('pm_card_slow');
    const lost = await shop.place('pm_card_ok');
    for (let step = 0; step < 6; step += 1) shop.travel(ms('5s'));
    await shop.reached(slow.orderId, 'captured');
    await shop.reached(lost.orderId, 'captured');
    for (const { orderId } of [slow, lost])
      expect(shop.peers.payment.ledger.captures.filter((one) => one === orderId)).toHaveLength(1);
  });

  it('reserves again what was not held any more, or gives the money back', async () => {
    const [again, gone] = [await shop.place('pm_card_3ds'), await shop.place('pm_card_3ds')];
    for (const { orderId } of [again, gone]) {
      await outcome(orderId);
      shop.peers.product.holds.delete(orderId);
    }
    shop.peers.product.put(gone.lines[0]!.sku, 0);
    await shop.peers.payment.approve(again.orderId);
    await shop.peers.payment.approve(gone.orderId);
    await shop.reached(again.orderId, 'captured');
    const order = await shop.reached(gone.orderId, 'cancelled');
    expect(order.cancellation?.reason).toBe('out-of-stock');
    expect(shop.peers.payment.payments.get(gone.orderId)?.status).toBe('canceled');
  });

  it('refuses a card while another one is being tried', async () => {
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    expect(await pay(orderId, 'pm_card_ok')).toMatchObject({ status: 409, body: { code: 'payment-in-progress' } });
    shop.peers.payment.knobs.release();
    await shop.reached(orderId, 'captured');
  });

  it('answers at once with what is known when many wait for a payment already', async () => {
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    const from = performance.now();
    const many = Array.from({ length: 25 }, () => outcome(orderId));
    const first = await Promise.race(many);
    expect(performance.now() - from).toBeLessThan(2_500);
    expect(first.body.paymentStatus).toBe('pending');
    shop.peers.payment.knobs.release();
    const answers = await Promise.all(many);
    expect(answers.filter(({ body }) => body.paymentStatus === 'pending')).toHaveLength(1);
    await shop.reached(orderId, 'captured');
  });

  it('answers whoever waits for the payment after eight seconds, whatever is known by then', async () => {
    const call = 'PUT /payments/:orderId';
    shop.peers.payment.knobs.next(call, ...Array.from({ length: 9 }, () => 'refuse' as const));
    const { orderId } = await shop.place('pm_card_ok');
    const from = performance.now();
    expect(await outcome(orderId)).toMatchObject({ status: 200, body: { paymentStatus: 'pending' } });
    const tookMs = performance.now() - from;
    expect(tookMs).toBeGreaterThan(7_500);
    expect(tookMs).toBeLessThan(9_500);
    shop.peers.payment.knobs.clear();
    shop.travel(ms('30s'));
    await shop.reached(orderId, 'captured');
  });
});
