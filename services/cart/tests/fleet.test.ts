import { eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import type { Product } from '@storefront/product/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { merchantToken, startFleet } from '../bench/fleet.ts';
import type { Cart, CreatedCart } from '../src/contract.ts';
import type { Answer, ProblemBody } from './open-cart.ts';

/** Longer than an offer is remembered. */
const soon = { within: '15s', every: '250ms' } as const;

describe.skipIf(!testStores)(`a cart behind the gateway, before the catalogue itself ${whyNoStores}`, () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  let mug = '';
  let cart: CreatedCart;
  beforeAll(async () => {
    fleet = await startFleet(1);
    mug = fleet.skus[0] ?? '';
    cart = (await send<CreatedCart>('POST', '/carts', { body: { currency: 'EUR', country: 'DE' } })).body;
  });
  afterAll(() => fleet?.stop());

  type Options = { token?: string; body?: object; version?: number };
  async function send<Body>(
    method: string,
    path: string,
    { token, body, version }: Options = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${fleet.url}/api${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
  }

  const read = async () => (await send<Cart>('GET', `/carts/${cart.cartId}`, { token: cart.cartToken })).body;
  const put = <Body = Cart>(sku: string, units: number, token = cart.cartToken) =>
    send<Body>('PUT', `/carts/${cart.cartId}/items/${sku}`, { token, body: { units } });
  const asMerchant = <Body>(method: string, path: string, options: Options = {}) =>
    send<Body>(method, path, { token: merchantToken, ...options });

  it(
    'holds what is in stock, follows its price, says when it is sold out or withdrawn',
    { timeout: 90_000 },
    async () => {
      expect(await put(mug, 2)).toMatchObject({
        status: 200,
        body: { items: [{ sku: mug, availability: 'available' }] },
      });

      const { body: product } = await send<Product>('GET', `/products/by-slug/${mug}`);
      const prices = ['EUR', 'USD'].map((currency) => ({ amountMinor: 1500, currency }));
      const variants = product.variants.map((variant) => ({ ...variant, prices }));
      const path = `/products/${product.productId}`;
      const changed = await asMerchant<Product>('PATCH', path, { body: { variants }, version: product.version });
      expect(changed.status).toBe(200);
      await eventually(async () => {
        const { items, totals } = await read();
        expect(items[0]?.priceChange).toMatchObject({ from: { amountMinor: 1999 }, to: { amountMinor: 1500 } });
        expect(totals.total.amountMinor).toBe(3000);
      }, soon);

      const lost = { body: { units: -1_000, reason: 'damaged' } };
      expect((await asMerchant('POST', `/stock/${mug}/movements`, lost)).status).toBeLessThan(300);
      await eventually(async () => expect((await read()).items[0]?.availability).toBe('sold-out'), soon);
      expect(await put<ProblemBody>(mug, 3)).toMatchObject({ status: 409, body: { code: 'sold-out' } });

      await eventually(async () => expect((await asMerchant('POST', `${path}/unpublish`)).status).toBe(200));
      await eventually(async () => expect((await read()).items[0]?.availability).toBe('not-offered'), soon);
      expect(await put<ProblemBody>(mug, 3)).toMatchObject({ status: 422, body: { code: 'sku-unknown' } });
    },
  );

  it('is opened by its token only', async () => {
    const { body: other } = await send<CreatedCart>('POST', '/carts', { body: {} });
    expect(await put<ProblemBody>(mug, 1, other.cartToken)).toMatchObject({
      status: 404,
      body: { code: 'cart-not-found' },
    });
    const forged = `${cart.cartToken.slice(0, -1)}${cart.cartToken.endsWith('A') ? 'B' : 'A'}`;
    expect((await put(mug, 1, `cart.${cart.buyerId}.${'A'.repeat(43)}`)).status).toBe(401);
    expect((await put(mug, 1, forged)).status).toBe(401);
    expect((await send('GET', `/carts/${cart.cartId}`)).status).toBe(401);
    expect((await send('GET', `/carts/${cart.cartId}/contents`, { token: cart.cartToken })).status).toBe(404);
  });
});
