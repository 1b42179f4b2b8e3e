import { readGuestToken } from '@storefront/commerce/guest-tokens';
import { isCapabilityFor } from '@storefront/kit/capability';
import { callerFor, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cart, CreatedCart, maxLines } from '../src/contract.ts';
import { aSku, guestKey, openCarts, type OpenCarts, type ProblemBody } from './open-cart.ts';

describe.skipIf(!testStores)(`carts ${whyNoStores}`, () => {
  let shop: OpenCarts;
  let mug: string;
  beforeAll(async () => {
    shop = await openCarts();
  });
  afterAll(() => shop?.close());
  beforeEach(() => {
    mug = aSku();
    shop.catalogue.sells(mug, 1999);
  });

  describe('a new cart', () => {
    it('is empty, in the first currency and country of the shop, and comes with a token of its buyer', async () => {
      const { status, body, headers } = await shop.send<CreatedCart>('POST', '/carts', { body: {} });
      expect(status).toBe(201);
      expect(CreatedCart.parse(body)).toMatchObject({
        version: 1,
        currency: 'EUR',
        country: 'IE',
        items: [],
        weightGrams: 0,
      });
      expect(body.totals.total).toEqual({ amountMinor: 0, currency: 'EUR' });
      expect(headers.get('etag')).toBe('"1"');
      expect(new URL(headers.get('location') ?? '', `${shop.url}/carts`).pathname).toBe(`/carts/${body.cartId}`);
      const token = readGuestToken(body.cartToken);
      expect(token).toMatchObject({ kind: 'cart', id: body.buyerId });
      expect(isCapabilityFor(guestKey, 'cart', body.buyerId, token?.mac ?? '')).toBe(true);
    });

    it('belongs to the buyer whose token is shown, else to a new one', async () => {
      const { created, caller } = await shop.guest();
      const again = await shop.send<CreatedCart>('POST', '/carts', { body: {}, headers: caller });
      expect(again.body).toMatchObject({ buyerId: created.buyerId, cartToken: created.cartToken });
      expect(again.body.cartId).not.toBe(created.cartId);
      expect((await shop.guest()).created.buyerId).not.toBe(created.buyerId);
      const ofAnOrder = await callerFor('guest', { audience: 'cart', sub: '', scopes: ['order:1'] });
      const other = await shop.send<CreatedCart>('POST', '/carts', { body: {}, headers: ofAnOrder });
      expect(other.body.buyerId).not.toBe('');
    });

    it.each([
      [{ currency: 'CHF' }, 'currency-not-offered', 'currency', 'EUR, USD, JPY'],
      [{ country: 'FR' }, 'country-not-served', 'country', 'IE, DE, US'],
    ])('with %j is refused, and says what there is', async (body, code, field, all) => {
      const refused = await shop.send<ProblemBody>('POST', '/carts', { body });
      expect(refused).toMatchObject({ status: 400, body: { code, errors: [{ field }] } });
      expect(refused.body.detail).toContain(all);
    });
  });

  describe('an item', () => {
    it('is put in at its price, and the cart has its totals with the tax of its country', async () => {
      const { put } = await shop.guest({ country: 'DE' });
      const { status, body, headers } = await put(mug, 3);
      expect(status).toBe(200);
      expect(Cart.parse(body)).toMatchObject({ version: 2, weightGrams: 1050 });
      expect(headers.get('etag')).toBe('"2"');
      expect(body.items).toMatchObject([
        { sku: mug, units: 3, unitPrice: { amountMinor: 1999 }, priceChange: null, availability: 'available' },
      ]);
      expect(body.totals).toMatchObject({
        total: { amountMinor: 5997 },
        tax: { amountMinor: 958 },
        taxes: [{ rate: 1900, tax: { amountMinor: 958 } }],
      });
    });

    it('put again is the same cart, even with the version of before', async () => {
      const { put, read } = await shop.guest();
      const first = await put(mug, 2, { 'if-match': '"1"' });
      shop.later();
      const second = await put(mug, 2, { 'if-match': '"1"' });
      expect(second).toMatchObject({ status: 200, body: first.body });
      expect((await read()).body).toEqual(first.body);
    });

    it('keeps its place when its units change, and a new one comes last', async () => {
      const others = Array.from({ length: 12 }, aSku);
      const { put, remove } = await shop.guest();
      for (const sku of others) {
        shop.catalogue.sells(sku, 100);
        await put(sku, 1);
      }
      await remove(others[3] ?? '');
      await put(others[3] ?? '', 1);
      const { body } = await put(others[0] ?? '', 5);
      expect(body.items.map(({ sku }) => sku)).toEqual([...others.toSpliced(3, 1), others[3]]);
      expect(body.version).toBe(1 + 12 + 3);
    });

    it('is taken out once, however often that is asked', async () => {
      const { put, remove } = await shop.guest();
      await put(mug, 1);
      const first = await remove(mug);
      expect(first).toMatchObject({
        status: 200,
        body: { version: 3, items: [], totals: { total: { amountMinor: 0 } } },
      });
      expect((await remove(mug)).body).toEqual(first.body);
    });

    it.each([0, -1, 1.5, 100, '1'])('of %j units is refused', async (units) => {
      const { caller, created } = await shop.guest();
      const refused = await shop.send<ProblemBody>('PUT', `/carts/${created.cartId}/items/${mug}`, {
        body: { units },
        headers: caller,
      });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'units' }] } });
    });

    it('more than a cart can hold is refused', async () => {
      const { put } = await shop.guest();
      const skus = Array.from({ length: maxLines + 1 }, aSku);
      for (const sku of skus) shop.catalogue.sells(sku, 1);
      for (const sku of skus.slice(0, maxLines)) expect((await put(sku, 1)).status).toBe(200);
      expect(await put<ProblemBody>(skus[maxLines] ?? '', 1)).toMatchObject({
        status: 409,
        body: { code: 'cart-full' },
      });
      expect((await put(skus[0] ?? '', 2)).body.items).toHaveLength(maxLines);
    });

    it('so dear that sums would not be exact is refused, and shown as it was when it becomes so', async () => {
      const { put, read } = await shop.guest();
      shop.catalogue.sells(mug, 2e9);
      expect((await put(mug, 75)).body.totals.total.amountMinor).toBe(1.5e11);
      expect(await put<ProblemBody>(mug, 76)).toMatchObject({ status: 409, body: { code: 'line-too-large' } });
      shop.catalogue.sells(mug, 9e12);
      shop.later();
      expect((await read()).body.items).toMatchObject([
        { unitPrice: { amountMinor: 2e9 }, availability: 'not-offered' },
      ]);
    });
  });

  describe('what the catalogue says', () => {
    it('is the price of now, with the one at which the item was put in until its units are set again', async () => {
      const { put, read } = await shop.guest();
      await put(mug, 2);
      shop.catalogue.sells(mug, 1500, { name: 'Mug, glazed' });
      shop.later();
      const { body } = await read();
      const [from, to] = [1999, 1500].map((amountMinor) => ({ amountMinor, currency: 'EUR' }));
      expect(body).toMatchObject({ version: 2, totals: { total: { amountMinor: 3000 } } });
      expect(body.items).toMatchObject([{ name: 'Mug, glazed', unitPrice: to, priceChange: { from, to } }]);
      expect((await put(mug, 2)).body).toMatchObject({ version: 3, items: [{ priceChange: null }] });
    });

    it.each([
      [{ available: 1 }, 'short'],
      [{ available: 0 }, 'sold-out'],
      [{ offered: false, price: null }, 'not-offered'],
    ] as const)('with %j makes an item of two %s', async (change, availability) => {
      const { put, read } = await shop.guest();
      await put(mug, 2);
      shop.catalogue.sells(mug, 1999, change);
      shop.later();
      expect((await read()).body).toMatchObject({
        totals: { total: { amountMinor: 3998 } },
        items: [{ availability }],
      });
    });

    it.each([
      ['sold-out', { available: 0 }],
      ['not-offered', { offered: false, price: null }],
    ] as const)('keeps out what is %s, but lets it be made fewer or taken out', async (code, change) => {
      const { put, remove } = await shop.guest();
      await put(mug, 3);
      shop.catalogue.sells(mug, 1999, change);
      shop.later();
      expect(await put<ProblemBody>(mug, 4)).toMatchObject({ status: 409, body: { code } });
      expect(await put(mug, 2)).toMatchObject({ status: 200, body: { items: [{ units: 2, availability: code }] } });
      await remove(mug);
      expect(await put<ProblemBody>(mug, 1)).toMatchObject({ status: 409, body: { code } });
    });

    it('tells a SKU that the shop does not have from a cart that is not there', async () => {
      const { put } = await shop.guest();
      expect(await put<ProblemBody>(aSku(), 1)).toMatchObject({
        status: 422,
        body: { code: 'sku-unknown', errors: [{ field: 'sku' }] },
      });
      expect(await put<ProblemBody>('NOT-A-SKU', 1)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'sku' }] },
      });
    });

    it('is asked once for all items, and not again within seconds', async () => {
      const { put, read } = await shop.guest();
      const second = aSku();
      shop.catalogue.sells(second, 500);
      await put(mug, 1);
      await put(second, 1);
      shop.catalogue.asked.length = 0;
      await read();
      expect(shop.catalogue.asked).toEqual([]);
      shop.later();
      await read();
      expect(shop.catalogue.asked).toEqual([[mug, second]]);
    });

    it('is of another currency for a cart in another currency', async () => {
      const [euros, dollars] = [await shop.guest(), await shop.guest({ currency: 'USD', country: 'US' })];
      await euros.put(mug, 1);
      const { body } = await dollars.put(mug, 1);
      expect(body).toMatchObject({ currency: 'USD', totals: { total: { currency: 'USD' }, tax: { amountMinor: 0 } } });
    });
  });

  describe('the country', () => {
    it('changes the tax and not the price', async () => {
      const { put, goTo } = await shop.guest({ country: 'DE' });
      await put(mug, 1);
      const { body } = await goTo('US');
      expect(body).toMatchObject({
        version: 3,
        country: 'US',
        totals: { total: { amountMinor: 1999 }, tax: { amountMinor: 0 } },
      });
      expect((await goTo('US')).body).toEqual(body);
      expect(await goTo<ProblemBody>('FR')).toMatchObject({ status: 400, body: { code: 'country-not-served' } });
    });
  });

  describe('the version', () => {
    it('that is named must be the current one, for every change', async () => {
      const { put, remove, goTo } = await shop.guest();
      await put(mug, 1);
      const old = { 'if-match': '"1"' };
      for (const refused of [
        await put<ProblemBody>(mug, 2, old),
        await remove<ProblemBody>(mug, old),
        await goTo<ProblemBody>('DE', old),
      ]) {
        expect(refused).toMatchObject({ status: 412, body: { code: 'version-mismatch' } });
        expect(refused.headers.get('etag')).toBe('"2"');
      }
      expect(await put(mug, 2, { 'if-match': '"2"' })).toMatchObject({ status: 200, body: { version: 3 } });
    });

    it('lets no copy be shown for a cart whose prices have changed', async () => {
      const { put, read } = await shop.guest();
      await put(mug, 1);
      const { status, headers } = await read({ 'if-none-match': '"2"' });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('private, no-store');
    });
  });

  describe('another’s cart', () => {
    it('is not there, whatever is asked of it', async () => {
      const [owner, other] = [await shop.guest(), await shop.guest()];
      await owner.put(mug, 1);
      const thief = await shop.buyer({ cartId: owner.created.cartId, buyerId: other.created.buyerId });
      for (const refused of [
        await thief.read<ProblemBody>(),
        await thief.put<ProblemBody>(mug, 9),
        await thief.put<ProblemBody>(aSku(), 1),
        await thief.remove<ProblemBody>(mug),
        await thief.goTo<ProblemBody>('DE'),
      ])
        expect(refused).toMatchObject({ status: 404, body: { code: 'cart-not-found' } });
      expect((await owner.read()).body).toMatchObject({ version: 2, items: [{ units: 1 }] });
    });

    it('needs a token that says who asks, and that it may', async () => {
      const { created } = await shop.guest();
      const path = `/carts/${created.cartId}`;
      const nameless = await callerFor('guest', { audience: 'cart', sub: '' });
      for (const headers of [{}, nameless])
        expect(await shop.send<ProblemBody>('GET', path, { headers })).toMatchObject({ status: 401 });
      const noCarts = await callerFor('customer', { audience: 'cart', sub: created.buyerId, scopes: ['orders:read'] });
      expect(await shop.send<ProblemBody>('GET', path, { headers: noCarts })).toMatchObject({ status: 403 });
    });
  });

  describe('its contents', () => {
    it('are for services only, at prices asked for at this moment', async () => {
      const { put, created, caller } = await shop.guest();
      await put(mug, 1);
      shop.catalogue.sells(mug, 1500, { available: 0 });
      const { status, body } = await shop.contents(created.cartId);
      expect(status).toBe(200);
      expect(Cart.parse(body)).toMatchObject({
        buyerId: created.buyerId,
        totals: { total: { amountMinor: 1500 } },
        items: [{ availability: 'sold-out', priceChange: { from: { amountMinor: 1999 } } }],
      });
      expect((await shop.send('GET', `/carts/${created.cartId}/contents`, { headers: caller })).status).toBe(403);
      expect(await shop.contents<ProblemBody>(crypto.randomUUID())).toMatchObject({
        status: 404,
        body: { code: 'cart-not-found' },
      });
    });

    it('are at prices of the last seconds for whom these will do', async () => {
      const { put, created } = await shop.guest();
      await put(mug, 1);
      shop.catalogue.sells(mug, 1500);
      const asked = shop.catalogue.asked.length;
      const total = async (control: string) =>
        (await shop.contents(created.cartId, { 'cache-control': control })).body.totals.total.amountMinor;
      expect(await total('max-age=5')).toBe(1999);
      expect(shop.catalogue.asked).toHaveLength(asked);
      for (const control of ['max-age=4', 'no-cache', 'max-age=x']) expect(await total(control)).toBe(1500);
      expect(shop.catalogue.asked).toHaveLength(asked + 3);
    });
  });
});
