import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { bucketOf } from '@storefront/kit/postgres';
import { bucketOfOrderId } from '@storefront/commerce/order-ids';
import { ms } from '@storefront/kit/time';
import { callerFor, eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrderList } from '../src/contract.ts';
import { shippingMinor } from './a-quote.ts';
import { address, requestFor } from './an-order.ts';
import { openShop, type ProblemBody, type Shop } from './shop.ts';
import type { z } from 'zod';

describe.skipIf(whyNoBroker)(`placing an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => Object.values(shop.peers).forEach(({ knobs }) => knobs.clear()));
  afterAll(() => shop?.close());

  it('answers with the order, its goods reserved, and a token that opens it', async () => {
    const cart = shop.fill([{ sku: 'plate', units: 3, priceMinor: 1250 }]);
    const { status, body, headers } = await shop.post(cart);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    expect(bucketOfOrderId(body.orderId)).toBe(bucketOf(cart.buyerId));
    expect(body).toMatchObject({
      status: 'open',
      paymentStatus: 'pending',
      fulfilmentStatus: 'none',
      state: 'awaiting-payment',
    });
    expect(body.totals.total).toEqual({ amountMinor: 3 * 1250 + shippingMinor, currency: 'EUR' });
    expect(body.payment).toMatchObject({ attempts: 0, nextAction: null });
    expect(Date.parse(body.payment.payBefore ?? '')).toBeGreaterThan(Date.now());
    expect(body.orderToken).toMatch(new RegExp(`^order\\.${body.orderId}\\.[\\w-]{43}$`));
    expect(shop.peers.product.holds.get(body.orderId)).toMatchObject({ state: 'held' });
    expect(await shop.ask('GET', `/orders/${body.orderId}`, { token: body.orderId })).toMatchObject({ status: 200 });
  });

  it('goes its way to the captured payment without another word', async () => {
    const { orderId, ...cart } = await shop.place('pm_card_ok');
    const order = await shop.reached(orderId, 'captured');
    expect(order).toMatchObject({ paymentStatus: 'paid', fulfilmentStatus: 'none', cartId: cart.cartId });
    expect(order.history.map(({ what }) => what)).toEqual([
      'placed',
      'stock-reserved',
      'authorized',
      'confirmed',
      'labelled',
      'captured',
    ]);
    expect(shop.peers.product.holds.get(orderId)).toMatchObject({ state: 'claimed' });
    expect(shop.peers.payment.ledger.captures.filter((one) => one === orderId)).toHaveLength(1);
    expect(shop.peers.shipping.labels.filter((one) => one === orderId)).toHaveLength(1);
    expect(await shop.rows('order_anomaly', orderId)).toEqual([]);
    const told = await shop.rows<{ type: string }>('orders', orderId);
    expect(told).toHaveLength(1);
  });

  it('is one order when it comes twice, or ten times, at once with one key: each gets the same bytes', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.post(cart, { paymentMethod: 'pm_card_ok' }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const [{ body }] = answers as [(typeof answers)[number]];
    await shop.reached(body.orderId, 'captured');
    const again = await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key);
    expect(again.text).toBe(answers[0]?.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(shop.peers.payment.ledger.captures.filter((one) => one === body.orderId)).toHaveLength(1);
    expect(shop.peers.product.stock.get(cart.items[0]?.sku ?? '')?.available).toBe(98);
  });

  it('is answered again without its cart, however long ago that was', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    const first = await shop.post(cart, {}, key);
    shop.peers.cart.carts.delete(cart.cartId);
    expect((await shop.post(cart, {}, key)).text).toBe(first.text);
  });

  it('from two tabs with two keys is one order; the other tab is led to it', async () => {
    const cart = shop.fill();
    const answers = await Promise.all([shop.post(cart), shop.post(cart)]);
    const placed = answers.find(({ status }) => status === 201);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({
      code: 'cart-already-ordered',
      errors: [{ field: 'orderId', message: placed?.body.orderId }],
    });
    expect(refused?.headers.get('location')).toBe(`/orders/${placed?.body.orderId}`);
  });

  it('with the key of another request is refused', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    await shop.post(cart, {}, key);
    expect(await shop.post(cart, { email: 'other@example.com' }, key)).toMatchObject({ status: 422 });
  });

  it('that was cut off is gone on with when it comes again, though the price has changed since', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    shop.peers.product.knobs.next('PUT /holds/:orderId', 'refuse');
    expect(await shop.post(cart, {}, key)).toMatchObject({ status: 503 });
    const items = cart.items.map((item) => ({ ...item, unitPrice: { ...item.unitPrice, amountMinor: 9_900 } }));
    shop.peers.cart.carts.set(cart.cartId, { ...cart, items });
    expect(await shop.post(cart, {}, key)).toMatchObject({ status: 201, body: { orderId: expect.any(String) } });
  });

  it.each([
    ['price-changed', { expectedTotal: { amountMinor: 1, currency: 'EUR' } }, 409],
    ['price-changed', { expectedTotal: { amountMinor: 2000 + shippingMinor, currency: 'USD' } }, 409],
    ['cart-changed', { cartVersion: 2 }, 409],
    ['quote-mismatch', { quote: 'no quote' }, 400],
    ['country-not-served', { address: { ...address, country: 'FR' } }, 400],
    ['cart-not-found', { cartId: randomUUID() }, 404],
  ])('is refused as %s when the customer was shown something else: %j', async (code, changes, status) => {
    const cart = shop.fill();
    const key = randomUUID();
    const answer = await shop.post(cart, changes, key);
    expect(answer).toMatchObject({ status, body: { code } });
    // What was not found is looked for again, under another request id; every other answer is kept.
    const isAnew = status === 404;
    const again = await shop.post(cart, changes, key);
    expect(again).toMatchObject({ status, body: { code } });
    expect(again.text === answer.text).toBe(!isAnew);
    expect(shop.peers.product.knobs.calls).toEqual([]);
  });

  it('of something that is not offered any more, or is out of stock, is refused and leaves the cart to be ordered', async () => {
    const cart = shop.fill(
      [
        { sku: 'last-one', units: 2 },
        { sku: 'plenty', units: 1 },
      ],
      1,
    );
    shop.peers.product.put('plenty', 100);
    const short = await shop.post(cart);
    expect(short).toMatchObject({ status: 409, body: { code: 'out-of-stock', errors: [{ field: 'last-one' }] } });
    expect(shop.peers.product.stock.get('plenty')?.available).toBe(100);
    shop.peers.product.put('last-one', 2);
    expect(await shop.post(cart)).toMatchObject({ status: 201 });

    const gone = shop.fill();
    gone.items[0]!.availability = 'not-offered';
    expect(await shop.post(gone)).toMatchObject({ status: 409, body: { code: 'out-of-stock' } });
  });

  it('is exact when many want the last: five units make five orders', async () => {
    shop.peers.product.put('rare', 5);
    const carts = Array.from({ length: 20 }, () => shop.fill([{ sku: 'rare', units: 1 }]));
    const answers = await Promise.all(carts.map((cart) => shop.post(cart)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(15);
    expect(shop.peers.product.stock.get('rare')?.available).toBe(0);
  });

  it('goes on where it was cut off: the goods were reserved, but nobody heard of it', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    shop.peers.product.knobs.next('PUT /holds/:orderId', 'lose');
    expect(await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key)).toMatchObject({ status: 503 });
    const again = await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key);
    expect(again).toMatchObject({ status: 201 });
    await shop.reached(again.body.orderId, 'captured');
    expect(shop.peers.product.stock.get(cart.items[0]?.sku ?? '')?.available).toBe(98);
  });

  it('that ends before its goods were reserved is refused for good, and its cart can be ordered anew', async () => {
    const { knobs } = shop.peers.product;
    const cart = shop.fill();
    const [key, newKey] = [randomUUID(), randomUUID()];
    knobs.next('PUT /holds/:orderId', 'refuse', 'refuse');
    knobs.next('POST /holds/:orderId/release', 'hang');
    expect(await shop.post(cart, {}, key)).toMatchObject({ status: 503 });
    shop.travel(ms('31s'));
    await eventually(() => expect(knobs.calls).toContain('POST /holds/:orderId/release'));

    const refused = await shop.post(cart, {}, key);
    expect(refused).toMatchObject({ status: 409, body: { code: 'order-not-placed' } });
    expect(refused.headers.get('retry-after')).toBeNull();
    const meanwhile = await shop.post(cart, {}, newKey);
    expect(meanwhile).toMatchObject({ status: 503, body: { code: 'order-ending' } });
    expect(meanwhile.headers.get('retry-after')).toBe('2');

    knobs.release();
    const placed = await eventually(async () => {
      const answer = await shop.post(cart, {}, newKey);
      expect(answer.status).toBe(201);
      return answer.body;
    });
    expect((await shop.post(cart, {}, key)).text).toBe(refused.text);
    const { items } = (await shop.ask<z.infer<typeof OrderList>>('GET', '/orders', { sub: cart.buyerId })).body;
    expect(items.map(({ orderId, status }) => [orderId, status])).toEqual([
      [placed.orderId, 'open'],
      [expect.any(String), 'cancelled'],
    ]);
    expect(shop.peers.product.stock.get(cart.items[0]?.sku ?? '')?.available).toBe(98);
  });

  it('that ended before its goods were reserved is refused, also when its request comes again only then', async () => {
    const { knobs } = shop.peers.product;
    const cart = shop.fill();
    const key = randomUUID();
    knobs.next('PUT /holds/:orderId', 'refuse', 'refuse');
    expect(await shop.post(cart, {}, key)).toMatchObject({ status: 503 });
    shop.travel(ms('31s'));
    await eventually(async () => {
      const list = await shop.ask<z.infer<typeof OrderList>>('GET', '/orders', { sub: cart.buyerId });
      expect(list.body.items).toMatchObject([{ status: 'cancelled' }]);
    });
    expect(await shop.post(cart, {}, key)).toMatchObject({ status: 409, body: { code: 'order-not-placed' } });
    expect(await shop.post(cart)).toMatchObject({ status: 201 });
  });

  it('is done also when the client leaves in the middle', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    shop.peers.product.knobs.next('PUT /holds/:orderId', 'hang');
    const body = JSON.stringify(requestFor(cart, { paymentMethod: 'pm_card_ok' }));
    const caller = await callerFor('guest', { audience: 'order', sub: cart.buyerId });
    const leaving = httpRequest(`${shop.url}/orders`, {
      method: 'POST',
      headers: { ...caller, 'content-type': 'application/json', 'idempotency-key': key },
    });
    leaving.on('error', () => {});
    leaving.end(body);
    await eventually(() => expect(shop.peers.product.knobs.calls).toContain('PUT /holds/:orderId'));
    leaving.destroy();
    shop.peers.product.knobs.release();
    const order = await eventually(async () => {
      const list = await shop.ask<z.infer<typeof OrderList>>('GET', '/orders', { sub: cart.buyerId });
      const [only] = list.body.items;
      if (!only) throw new Error('no order yet');
      return only;
    });
    await shop.reached(order.orderId, 'captured');
    expect(await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key)).toMatchObject({
      status: 201,
      body: { orderId: order.orderId },
    });
  });

  it('takes also the heaviest cart that there can be', async () => {
    const cart = shop.fill();
    cart.weightGrams = 50 * 99 * 1_000_000;
    expect(await shop.post(cart)).toMatchObject({ status: 201 });
  });

  it('asks for a key, and for somebody whose order it is', async () => {
    const cart = shop.fill();
    const body = requestFor(cart);
    expect(await shop.ask<ProblemBody>('POST', '/orders', { body, sub: cart.buyerId })).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-missing' },
    });
    expect(await shop.ask('POST', '/orders', { body, key: 'k' })).toMatchObject({ status: 401 });
    expect(await shop.ask('POST', '/orders', { body, key: 'k', token: randomUUID() })).toMatchObject({ status: 401 });
    expect(await shop.ask('POST', '/orders', { body, key: 'k', sub: randomUUID() })).toMatchObject({ status: 404 });
  });

  it('lists the orders of whoever asks, the newest first, page by page', async () => {
    const carts = [shop.fill(), shop.fill(), shop.fill()];
    const buyerId = carts[0]?.buyerId ?? '';
    const placed: string[] = [];
    for (const cart of carts) {
      shop.peers.cart.carts.set(cart.cartId, { ...cart, buyerId });
      placed.push((await shop.post({ ...cart, buyerId })).body.orderId);
    }
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null && seen.length < 10;) {
      const next: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await shop.ask<z.infer<typeof OrderList>>('GET', `/orders?limit=2${next}`, { sub: buyerId });
      seen.push(...page.body.items.map(({ orderId }) => orderId));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(placed.toReversed());
    expect((await shop.ask<z.infer<typeof OrderList>>('GET', '/orders', { sub: randomUUID() })).body.items).toEqual([]);
  });

  it('after two days is refused with its old key, and with a new one as ordered already: it stays one order', async () => {
    const cart = shop.fill();
    const [key, card] = [randomUUID(), { paymentMethod: 'pm_card_ok' }];
    const { orderId } = (await shop.post(cart, card, key)).body;
    await shop.reached(orderId, 'captured');
    shop.travel(ms('49h'));
    // Keys grow old by the clock of their shard, which no test can move.
    for (const { name } of shop.shards.shards)
      await sql`update test.idempotency set created_at = created_at - interval '49 hours'`.execute(
        shop.shards.admin(name),
      );
    expect(await shop.post(cart, card, key)).toMatchObject({ status: 409, body: { code: 'key-expired' } });
    expect(await shop.post(cart, card)).toMatchObject({
      status: 409,
      body: { code: 'cart-already-ordered', errors: [{ field: 'orderId', message: orderId }] },
    });
    expect(shop.peers.payment.ledger.captures.filter((one) => one === orderId)).toHaveLength(1);
    expect(shop.peers.product.stock.get(cart.items[0]?.sku ?? '')?.available).toBe(98);
  });
});
