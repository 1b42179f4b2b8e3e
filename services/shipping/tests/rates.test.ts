import { randomUUID } from 'node:crypto';
import { createStatementReader } from '@storefront/kit/statement';
import { testKeyFile, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ShippingRate } from '../src/contract.ts';
import { Quote, quoteType } from '../src/contract/quote.ts';
import type { Carrier, RateRequest } from '../src/domain/carrier.ts';
import { aBuyer, openGround, openShipping, type Ground, type Shipping } from './open-shipping.ts';

type Cart = ReturnType<Ground['carts']['put']>;
type Problem = { code: string };
const hour = 3_600_000;

describe.skipIf(whyNoBroker)(`shipping rates ${whyNoBroker}`, () => {
  let ground: Ground;
  let shipping: Shipping;
  beforeAll(async () => {
    ground = await openGround();
    shipping = await openShipping(ground);
  });
  afterAll(async () => {
    await shipping?.stop();
    await ground?.close();
  });
  afterEach(() => ground.carrier.faults());

  let postcodes = 10_000;
  const nextPostcode = () => String((postcodes += 1));
  type Asking = { as?: string; country?: string; postcode?: string; at?: Shipping };
  async function ask(
    cart: Cart,
    { as = cart.buyerId, country = 'DE', postcode = '10115', at = shipping }: Asking = {},
  ) {
    const query = new URLSearchParams({ cartId: cart.cartId, country, postcode });
    return at.send<{ items: ShippingRate[] } & Problem>('GET', `/shipping-rates?${query.toString()}`, {
      as: await aBuyer(as),
    });
  }
  /** As order does. */
  const read = createStatementReader({
    keyFile: testKeyFile('order', 'shipping'),
    signer: 'shipping',
    type: quoteType,
    schema: Quote,
  });
  const down = { match: { route: '*' }, fault: { kind: 'down' } };

  it('are the carrier’s, cheapest first, in the currency of the cart', async () => {
    const cart = ground.carts.put({ weightGrams: 700 });
    const { status, body } = await ask(cart);
    expect(status).toBe(200);
    // 700 g are priced as the 1 kg that ends their band: 36 ounces.
    expect(body.items).toMatchObject([
      {
        carrier: 'easypost',
        service: 'USPS/GroundAdvantage',
        name: 'USPS Ground Advantage',
        days: 4,
        price: { amountMinor: 611, currency: 'EUR' },
      },
      { service: 'USPS/Priority', price: { amountMinor: 1069 } },
      { service: 'USPS/Express', price: { amountMinor: 3144 } },
    ]);
  });

  it('need no prices of the catalogue, only what the cart weighs', async () => {
    const before = ground.carts.controls.length;
    await ask(ground.carts.put());
    expect(ground.carts.controls.slice(before)).toEqual(['max-age=5']);
  });

  it('go abroad by other services, in another currency at its prices', async () => {
    const { body } = await ask(ground.carts.put({ currency: 'USD' }), { country: 'FR', postcode: '75001' });
    expect(body.items.map(({ service }) => service)).toContain('USPS/PriorityMailInternational');
    expect(new Set(body.items.map(({ price }) => price.currency))).toEqual(new Set(['USD']));
  });

  it('are none in a currency that the carrier does not have, for an empty cart, and where the shop does not sell', async () => {
    const carts = [ground.carts.put({ currency: 'JPY' }), ground.carts.put({ items: [] })];
    for (const cart of carts) expect((await ask(cart)).body.items).toEqual([]);
    expect((await ask(ground.carts.put(), { country: 'BR' })).body.items).toEqual([]);
    expect((await ask(ground.carts.put({ weightGrams: 60_000 }))).body.items).toEqual([]);
  });

  it('of somebody else’s cart are not there, whoever asks', async () => {
    const cart = ground.carts.put();
    for (const as of [randomUUID(), '']) expect((await ask(cart, { as })).status).toBe(404);
    expect(await ask({ ...cart, cartId: randomUUID() })).toMatchObject({
      status: 404,
      body: { code: 'cart-not-found' },
    });
    const query = new URLSearchParams({ cartId: cart.cartId, country: 'DE', postcode: '10115' });
    expect((await shipping.send('GET', `/shipping-rates?${query.toString()}`, { as: {} })).status).toBe(401);
  });

  it('are asked for once, for all who want the same at once and for a quarter of an hour', async () => {
    const postcode = nextPostcode();
    const before = await ground.carrier.requests('POST /v2/shipments');
    const asked = async () => (await ground.carrier.requests('POST /v2/shipments')) - before;
    await Promise.all([1, 2, 3, 4].map(() => ask(ground.carts.put({ weightGrams: 900 }), { postcode })));
    await ask(ground.carts.put({ weightGrams: 600 }), { postcode });
    expect(await asked()).toBe(1);
    await ask(ground.carts.put({ weightGrams: 1_001 }), { postcode });
    expect(await asked()).toBe(2);
  });

  it('are asked for no more than eight times at once, whatever anybody sends', async () => {
    let [underWay, most] = [0, 0];
    const answering = Promise.withResolvers<void>();
    const wrap = (carrier: Carrier): Carrier =>
      new Proxy(carrier, {
        get(target, name: keyof Carrier) {
          const value = target[name];
          if (name !== 'rates') return typeof value === 'function' ? value.bind(target) : value;
          return async (request: RateRequest) => {
            most = Math.max(most, (underWay += 1));
            await answering.promise;
            return target.rates(request).finally(() => (underWay -= 1));
          };
        },
      });
    const other = await openShipping(ground, { wrap });
    const cart = ground.carts.put();
    // The carrier answers once all have come.
    let refused = 0;
    const asked = Array.from({ length: 100 }, async () => {
      const answer = await ask(cart, { postcode: nextPostcode(), at: other });
      if (answer.status !== 503) return;
      expect(answer).toMatchObject({ body: { code: 'carrier-busy' } });
      if ((refused += 1) === 92) answering.resolve();
    });
    await Promise.all(asked);
    expect({ most, refused }).toEqual({ most: 8, refused: 92 });
    expect((await ask(cart, { postcode: nextPostcode(), at: other })).status).toBe(200);
    await other.stop();
  });

  it('are the last ones while the carrier is away, for a day, and on every instance', async () => {
    const postcode = nextPostcode();
    const cart = ground.carts.put();
    await ask(cart, { postcode });
    await ground.carrier.faults(down);
    const other = await openShipping(ground, { aheadMs: 23 * hour });
    expect((await ask(cart, { postcode, at: other })).body.items).toHaveLength(3);
    const tried = await ground.carrier.struck();
    expect(tried).toBeGreaterThan(0);
    expect((await ask(cart, { postcode, at: other })).body.items).toHaveLength(3);
    expect(await ground.carrier.struck()).toBe(tried);
    other.ahead(2 * hour);
    expect(await ask(cart, { postcode, at: other })).toMatchObject({
      status: 503,
      body: { code: 'carrier-unavailable' },
    });
    await ground.carrier.faults();
    expect((await ask(cart, { postcode, at: other })).body.items).toHaveLength(3);
    await other.stop();
  });

  it('say at once that a carrier is away of whom nothing is known, and after 4 s that it does not answer', async () => {
    await ground.carrier.faults(down);
    expect((await ask(ground.carts.put(), { postcode: nextPostcode() })).status).toBe(503);
    await ground.carrier.faults({ match: { route: '*' }, fault: { kind: 'hang', forMs: 20_000 } });
    const from = performance.now();
    expect((await ask(ground.carts.put(), { postcode: nextPostcode() })).status).toBe(503);
    expect(performance.now() - from).toBeLessThan(9_000);
  });

  describe('a quote', () => {
    async function quoted(cart = ground.carts.put()) {
      const { body } = await ask(cart);
      return { cart, rate: body.items[0] as ShippingRate };
    }

    it('says what was offered, to whom and where, to whoever has shipping’s public key', async () => {
      const { cart, rate } = await quoted();
      const { quote, days: _, ...offered } = rate;
      const { cartId, version: cartVersion } = cart;
      const subject = { cartId, cartVersion, country: 'DE', postcode: '10115' };
      expect(quote.length).toBeLessThan(1000);
      expect(read(quote)).toEqual({ ...offered, ...subject });
    });

    it('is good for half an hour', async () => {
      const before = Date.now();
      const { cart, rate } = await quoted();
      const ends = Date.parse(rate.expiresAt);
      expect(ends).toBeGreaterThanOrEqual(before + hour / 2);
      expect(ends).toBeLessThanOrEqual(Date.now() + hour / 2);
      const later = await openShipping(ground, { aheadMs: hour });
      const { body } = await ask(cart, { at: later });
      expect(Date.parse(body.items[0]?.expiresAt ?? '')).toBeGreaterThanOrEqual(ends + hour);
      await later.stop();
    });

    it('is good wherever another instance has signed it', async () => {
      const other = await openShipping(ground);
      const { body } = await ask(ground.carts.put(), { at: other });
      for (const { quote, service } of body.items) expect(read(quote)).toMatchObject({ service });
      expect(body.items).toHaveLength(3);
      await other.stop();
    });
  });
});
