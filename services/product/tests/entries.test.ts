import { testStores, whyNoStores } from '@storefront/kit/testing';
import { systemClock } from '@storefront/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../src/contract.ts';
import { collectionsOf, toProduct, type ProductDocument } from '../src/store/documents.ts';
import { mongoEntries } from '../src/store/entries.ts';
import { aProduct, openCatalogue, type OpenCatalogue } from './catalogue.ts';

describe.skipIf(!testStores)(`entries of lists ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  const idsOf = async (query: string) => (await shop.list(query)).items.map(({ productId }) => productId);

  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('mugs', null, 'Mugs');
  }, 60_000);
  afterAll(() => shop?.close());

  it('are made again when an earlier release made them otherwise', async () => {
    const product = await shop.publish(aProduct({ name: 'Outdated' }));
    const entries = shop.mongo.db.collection<{ _id: string }>('entries');
    await entries.updateOne({ _id: product.productId }, { $set: { terms: [], branch: '1 []' } });
    expect(await idsOf('q=outdated')).toEqual([]);
    await shop.migrate();
    await expect.poll(() => idsOf('q=outdated'), { timeout: 10_000 }).toEqual([product.productId]);
  });

  it('leave out of lists what has no price in a currency that the shop took up later', async () => {
    const { productId } = await shop.publish(aProduct({ name: 'Unpriced' }));
    const entries = shop.mongo.db.collection<{ _id: string }>('entries');
    await entries.updateOne({ _id: productId }, { $unset: { 'cards.JPY': '', 'order.priceJPY0': '' } });
    for (const query of ['q=unpriced&currency=JPY', 'sort=newest&limit=1&currency=JPY'])
      expect(await idsOf(query)).not.toContain(productId);
    expect(await idsOf('q=unpriced')).toEqual([productId]);
  });

  it('are made when their writer died before it made them', async () => {
    const product = await shop.publish(aProduct({ name: 'Forgotten' }));
    await shop.mongo.db.collection<{ _id: string }>('entries').deleteOne({ _id: product.productId });
    const died = { unlistedSince: new Date(Date.now() - 60_000) };
    await shop.mongo.db.collection<{ _id: string }>('products').updateOne({ _id: product.productId }, { $set: died });
    await expect.poll(() => idsOf('q=forgotten'), { timeout: 10_000 }).toEqual([product.productId]);
    const stored = () => shop.mongo.db.collection<{ _id: string }>('products').findOne({ _id: product.productId });
    await expect.poll(stored).not.toHaveProperty('unlistedSince');
  });

  it('do not follow a writer that comes late with what is past', async () => {
    const product = await shop.publish(aProduct({ name: 'Overtaken' }));
    const collections = collectionsOf(shop.mongo.db);
    const past = await collections.products.findOne({ _id: product.productId });
    await shop.send('POST', `/products/${product.productId}/unpublish`);
    expect(await idsOf('q=overtaken')).toEqual([]);
    const path = [{ slug: 'mugs', name: 'Mugs', parent: null, position: 0 }];
    const late = { product: toProduct(past as ProductDocument), path };
    await mongoEntries(collections, systemClock).write([late]);
    expect(await idsOf('q=overtaken')).toEqual([]);
  });

  it('agree with the product after it was published, changed and taken down by many at once', async () => {
    const { productId } = await shop.publish(aProduct({ name: 'Contended' }));
    const changes = Array.from({ length: 12 }, (_, i) =>
      shop.send('POST', `/products/${productId}/${i % 2 === 0 ? 'unpublish' : 'publish'}`),
    );
    await Promise.all(changes);
    const { status } = (await shop.send<Product>('GET', `/products/${productId}`)).body;
    expect(await idsOf('q=contended')).toEqual(status === 'published' ? [productId] : []);
  });

  it('are made of the products there are when there was none', async () => {
    await shop.mongo.db.collection('entries').deleteMany({});
    expect(await idsOf('q=outdated')).toEqual([]);
    await shop.migrate();
    await expect.poll(async () => (await idsOf('q=outdated')).length, { timeout: 10_000 }).toBe(1);
  });
});
