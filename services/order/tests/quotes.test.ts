import { randomUUID } from 'node:crypto';
import type { Cart } from '@storefront/cart/contract';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { testCallerDir, whyNoBroker } from '@storefront/kit/testing';
import { ms } from '@storefront/kit/time';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { signAs, signedQuote } from './a-quote.ts';
import { address, quoteOf } from './an-order.ts';
import { openShop, talkTo, type ProblemBody, type Shop } from './shop.ts';

const halfAnHour = () => ({ expiresAt: new Date(Date.now() + ms('30m')).toISOString() });

describe.skipIf(whyNoBroker)(`a quote that an order is placed with ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => Object.values(shop.peers).forEach(({ knobs }) => knobs.clear()));
  afterAll(() => shop?.close());

  /** How an order with it is refused: the same for whoever repeats the request, and nothing was reserved. */
  async function refusalOf(cart: Cart, quote: string) {
    const key = randomUUID();
    const { status, body, text } = await shop.post(cart, { quote }, key);
    const { code, errors } = body as unknown as ProblemBody;
    expect((await shop.post(cart, { quote }, key)).text).toBe(text);
    expect(shop.peers.product.knobs.calls).toEqual([]);
    return { status, code, fields: errors?.map(({ field }) => field) };
  }
  const mismatch = { status: 400, code: 'quote-mismatch', fields: ['quote'] };

  it('is what the parcel costs and who carries it, and nobody is asked about it', async () => {
    const cart = shop.fill();
    const price = { amountMinor: 0, currency: 'EUR' };
    const quote = signedQuote({ ...quoteOf(cart), name: 'Owl', service: 'Owl', price });
    const expectedTotal = cart.totals.total;
    const { status, body } = await shop.post(cart, { quote, expectedTotal });
    expect(status).toBe(201);
    expect(body.shipping).toMatchObject({ name: 'Owl' });
    expect(shop.peers.cart.knobs.calls).toEqual(['GET /carts/:cartId/contents']);
    expect(shop.peers.product.knobs.calls).toEqual(['PUT /holds/:orderId']);
    expect(shop.peers.shipping.knobs.calls).toEqual([]);
  });

  it('of before is good while shipping is away: the order is placed, and sent once it is back', async () => {
    const signer = createServiceCaller({ callerDir: testCallerDir('order'), service: 'order' });
    const client = (name: string, baseUrl: string) => createClient({ name, baseUrl, signer });
    const { cart, product, payment } = shop.peers;
    const clients = {
      cart: client('cart', cart.url),
      product: client('product', product.url),
      payment: client('payment', payment.url),
      shipping: client('shipping', 'http://127.0.0.1:9'),
    };
    const other = await shop.open({ clients });
    onTestFinished(() => other.service.stop());
    const { status, body } = await talkTo(shop, () => other.url).post(shop.fill(), { paymentMethod: 'pm_card_ok' });
    expect(status).toBe(201);
    await shop.reached(body.orderId, 'captured');
    expect(shop.peers.shipping.labels.filter((one) => one === body.orderId)).toHaveLength(1);
  });

  it('is good for the address however its postcode is written', async () => {
    const cart = shop.fill();
    const quote = signedQuote(quoteOf(cart, { ...address, postcode: 'd02-x285' }));
    expect(await shop.post(cart, { quote })).toMatchObject({ status: 201 });
  });

  it.each([
    ['of another version of the cart', { cartVersion: 4 }],
    ['to another country', { country: 'DE' }],
    ['to another postcode', { postcode: 'D02 X286' }],
    ['of somebody else’s cart', { cartId: randomUUID() }],
    ['of another cart that has expired besides', { cartId: randomUUID(), expiresAt: '2026-01-01T00:00:00Z' }],
  ])('%s is refused', async (_, changes) => {
    const cart = shop.fill();
    expect(await refusalOf(cart, signedQuote({ ...quoteOf(cart), ...changes }))).toEqual(mismatch);
  });

  it('that was changed, or is none, is refused', async () => {
    const cart = shop.fill();
    const quote = quoteOf(cart);
    const [header = '', payload = '', signature = ''] = signedQuote(quote).split('.');
    const cheaper = Buffer.from(JSON.stringify({ ...quote, price: { amountMinor: 1, currency: 'EUR' } }));
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const text of [
      `${header}.${cheaper.toString('base64url')}.${signature}`,
      `${header}.${payload}.${other}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      payload,
      'x',
    ])
      expect(await refusalOf(cart, text)).toEqual(mismatch);
  });

  it('is shipping’s alone to make: of another service, or as anything else, it is refused', async () => {
    const cart = shop.fill();
    const quote = quoteOf(cart);
    const token = await createServiceCaller({ callerDir: testCallerDir('shipping'), service: 'shipping' })('order');
    for (const text of [signAs('order')(quote), signAs('cart')(quote), signAs('shipping', 'receipt')(quote), token])
      expect(await refusalOf(cart, text)).toEqual(mismatch);
    expect(await shop.post(cart, { quote: signAs('shipping')(quote) })).toMatchObject({ status: 201 });
  });

  it('says no less and no more than a quote', async () => {
    const cart = shop.fill();
    const { price: _, ...free } = quoteOf(cart);
    const sign = signAs('shipping');
    expect(await refusalOf(cart, sign(free))).toEqual(mismatch);
    expect(await refusalOf(cart, sign({ ...quoteOf(cart), discount: 1 }))).toEqual(mismatch);
  });

  it('is refused once it has expired, by the clock of the order service', async () => {
    const cart = shop.fill();
    const quote = signedQuote({ ...quoteOf(cart), ...halfAnHour() });
    const later = async (by: number) => {
      const { service, url } = await shop.open({ clock: { now: () => new Date(Date.now() + by) } });
      onTestFinished(() => service.stop());
      return talkTo(shop, () => url);
    };
    const tooLate = await (await later(ms('30m'))).post(cart, { quote });
    expect(tooLate).toMatchObject({ status: 409, body: { code: 'quote-expired', errors: [{ field: 'quote' }] } });
    expect(await (await later(ms('29m'))).post(cart, { quote })).toMatchObject({ status: 201 });
  });

  it('that has expired since does not change the answer to a repeated request', async () => {
    const cart = shop.fill();
    const key = randomUUID();
    const quote = signedQuote({ ...quoteOf(cart), ...halfAnHour() });
    const first = await shop.post(cart, { quote }, key);
    expect(first.status).toBe(201);
    const { service, url } = await shop.open({ clock: { now: () => new Date(Date.now() + ms('31m')) } });
    onTestFinished(() => service.stop());
    expect((await talkTo(shop, () => url).post(cart, { quote }, key)).text).toBe(first.text);
  });
});
