import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OfferList } from '../../src/contract/stock.ts';
import type { z } from 'zod';
import type { Product } from '../../src/contract.ts';
import { aProduct } from '../catalogue.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

const image = { sha256: 'a'.repeat(64), alt: 'A mug', width: 10, height: 10 };

describe.skipIf(!testStores)(`offers ${whyNoStores}`, () => {
  let shop: OpenStock;
  beforeAll(async () => {
    shop = await openStock();
  });
  afterAll(() => shop?.close());

  async function offers(skus: string[], currency = 'EUR') {
    const query = [...skus.map((sku) => `sku=${sku}`), `currency=${currency}`].join('&');
    const { status, body } = await shop.get<z.infer<typeof OfferList>>(`/offers?${query}`, { as: 'service' });
    expect(status).toBe(200);
    return body.items;
  }

  it('say of each SKU, in the order asked for, what it costs and what can be had', async () => {
    const { sku, productId } = await shop.stocked(5);
    await shop.hold(anOrder(), [{ sku, units: 2 }]);
    const heavy = aProduct({ name: 'Anvil', taxCategory: 'reduced', images: [image] });
    heavy.variants[0]!.weightGrams = 20_000;
    const anvil = await shop.publish(heavy);
    const [first, unknown, second] = await offers([anvil.variants[0]!.sku, 'no-such-sku', sku]);
    expect(first).toMatchObject({
      offered: true,
      productId: anvil.productId,
      slug: 'anvil',
      name: 'Anvil',
      image,
      options: {},
      price: {
        amountMinor: 1999,
        currency: 'EUR',
      },
      taxCategory: 'reduced',
      weightGrams: 2e4,
      available: 0,
    });
    expect(unknown).toEqual({
      sku: 'no-such-sku',
      offered: false,
      productId: null,
      slug: null,
      name: null,
      options: {},
      image: null,
      price: null,
      taxCategory: 'standard',
      weightGrams: 500,
      available: 0,
    });
    expect(second).toMatchObject({ offered: true, productId, taxCategory: 'standard', weightGrams: 500, available: 3 });
  });

  it('are not made of drafts, nor without a price in the currency', async () => {
    const { sku, productId } = await shop.stocked(5);
    expect((await offers([sku], 'CHF'))[0]).toMatchObject({ offered: false, price: null, productId });
    await shop.send<Product>('POST', `/products/${productId}/unpublish`);
    expect((await offers([sku]))[0]).toMatchObject({ offered: false, productId: null, name: null });
  });

  it('are those of now, whichever instance wrote the product', async () => {
    const other = await openStock({ mongo: { ...shop.mongo, close: async () => {} } });
    try {
      const { sku, productId } = await shop.stocked(5);
      expect((await offers([sku]))[0]).toMatchObject({ price: { amountMinor: 1999 }, available: 5 });
      const change = async (body: Partial<Product>) => {
        const { version } = (await other.get<Product>(`/products/${productId}`)).body;
        const headers = { 'if-match': `"${version}"` };
        const { status } = await other.send('PATCH', `/products/${productId}`, { body, headers });
        expect(status).toBe(200);
      };
      const { variants } = aProduct({ sku });
      const prices = variants[0]!.prices.map((price) => ({ ...price, amountMinor: 2099 }));
      await change({ name: 'Dearer mug', variants: [{ ...variants[0]!, prices }] });
      await other.hold(anOrder(), [{ sku, units: 1 }]);
      expect((await offers([sku]))[0]).toMatchObject({
        name: 'Dearer mug',
        price: { amountMinor: 2099 },
        available: 4,
      });

      await change({ variants: [{ ...variants[0]!, sku: `${sku}-new` }] });
      const heir = await other.publish(aProduct({ sku, name: 'Heir' }));
      const [moved, renamed] = await offers([sku, `${sku}-new`]);
      expect(moved).toMatchObject({ productId: heir.productId, name: 'Heir', available: 4 });
      expect(renamed).toMatchObject({ productId, name: 'Dearer mug', available: 0 });

      await other.send('POST', `/products/${heir.productId}/unpublish`);
      expect((await offers([sku]))[0]).toMatchObject({ offered: false, productId: null });
    } finally {
      await other.close();
    }
  });

  it('are for services, and for at most fifty SKUs', async () => {
    expect((await shop.get('/offers?sku=mug-blue&currency=EUR')).status).toBe(401);
    const many = Array.from({ length: 51 }, (_, i) => `sku=sku-${i}`).join('&');
    expect((await shop.get(`/offers?${many}&currency=EUR`, { as: 'service' })).status).toBe(400);
    expect((await shop.get('/offers?currency=EUR', { as: 'service' })).status).toBe(400);
  });
});
