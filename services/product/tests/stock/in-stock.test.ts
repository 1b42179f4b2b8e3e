import { eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportReport, Product } from '../../src/contract.ts';
import { aProduct } from '../catalogue.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

const type = 'application/x-ndjson';

describe.skipIf(!testStores)(`what the catalogue says of stock ${whyNoStores}`, () => {
  let shop: OpenStock;
  beforeAll(async () => {
    shop = await openStock();
  });
  afterAll(() => shop?.close());

  const isInStock = async (productId: string) =>
    (await shop.get<Product>(`/products/${productId}`)).body.variants[0]?.inStock;
  const listed = async (productId: string) =>
    (await shop.all('inStock=true')).some((card) => card.productId === productId);
  const bring = async (records: object[]) => {
    const raw = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const { body } = await shop.send<string>('POST', '/products/import', { raw, type });
    return body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ImportReport);
  };

  it('is what a merchant says, until there was a first movement', async () => {
    const product = await shop.publish(aProduct());
    expect(await isInStock(product.productId)).toBe(true);
    await shop.move(product.variants[0]!.sku, { units: 1, reason: 'received' });
    await shop.move(product.variants[0]!.sku, { units: -1, reason: 'counted' });
    expect(await isInStock(product.productId)).toBe(false);
    expect(await listed(product.productId)).toBe(false);
  });

  it('follows the last unit that is held, and the first that comes back', async () => {
    const { sku, productId } = await shop.stocked(2, { lowAt: 1 });
    const [first, last] = [anOrder(), anOrder()];
    await shop.hold(first, [{ sku, units: 1 }]);
    expect(await isInStock(productId)).toBe(true);
    await shop.hold(last, [{ sku, units: 1 }]);
    expect([await isInStock(productId), await listed(productId)]).toEqual([false, false]);
    await shop.release(last, [{ sku, units: 1 }]);
    expect([await isInStock(productId), await listed(productId)]).toEqual([true, true]);
  });

  it('cannot be overruled by a merchant, an import or a copy of the catalogue', async () => {
    const { sku, productId } = await shop.stocked(1);
    await shop.hold(anOrder(), [{ sku, units: 1 }]);
    const { body } = await shop.get<Product>(`/products/${productId}`);
    const variants = body.variants.map((variant) => ({ ...variant, inStock: true }));
    const same = await shop.send<Product>('PATCH', `/products/${productId}`, {
      body: { variants },
      headers: { 'if-match': `"${body.version}"` },
    });
    expect(same.body).toMatchObject({ version: body.version, variants: [{ inStock: false }] });
    const record = { kind: 'product', status: 'published', productId, slug: body.slug, ...aProduct({ sku }), variants };
    expect(await bring([record])).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await bring([{ ...record, name: 'Renamed' }])).toMatchObject([{ outcome: 'updated' }]);
    expect(await isInStock(productId)).toBe(false);
  });

  it('agrees in the end when many take and give back at once', async () => {
    const { sku, productId } = await shop.stocked(2, { lowAt: 1 });
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const orderId = anOrder();
        await shop.hold(orderId, [{ sku, units: 1 }]);
        if (i > 1) await shop.release(orderId, [{ sku, units: 1 }]);
      }),
    );
    await eventually(
      async () => {
        const { available } = await shop.stock(sku);
        expect(await isInStock(productId)).toBe(available > 0);
        const left = await shop.collections.stock.findOne({ _id: sku });
        expect(left).not.toHaveProperty('relistSince');
      },
      { within: '20s' },
    );
  });

  it('is told by the worker when whoever sold the last unit died before', async () => {
    const { sku, productId } = await shop.stocked(3);
    const gone = { available: -3, claimed: 3, toFall: -3, toRise: 3 };
    const hold = { units: 3, expiresAt: null, call: 'dead' };
    await shop.collections.stock.updateOne({ _id: sku }, { $inc: gone, $set: { [`holds.${anOrder()}`]: hold } });
    await eventually(async () => expect(await isInStock(productId)).toBe(false), { within: '15s' });
  });

  it('comes with an import: the first count of a SKU, and only the first', async () => {
    const product = { kind: 'product', status: 'published', ...aProduct({ sku: 'imported-mug' }) };
    const stock = { kind: 'stock', sku: 'imported-mug', onHand: 9, lowAt: 3 };
    const none = { kind: 'stock', sku: 'sku-of-nobody', onHand: 1, lowAt: null };
    const first = await bring([product, stock, none]);
    expect(first.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'refused']);
    expect(first[2]?.errors).toEqual([{ field: 'sku', message: 'belongs to no product' }]);
    expect(await shop.stock('imported-mug')).toMatchObject({ onHand: 9, available: 9, lowAt: 3 });
    await shop.hold(anOrder(), [{ sku: 'imported-mug', units: 2 }]);
    expect((await bring([product, stock])).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    expect((await bring([{ ...stock, onHand: 50, lowAt: 4 }]))[0]?.outcome).toBe('updated');
    expect(await shop.stock('imported-mug')).toMatchObject({ onHand: 9, available: 7, lowAt: 4 });
    await shop.mustAddUp();
  });

  it('of an import that has nothing sold out is right at once', async () => {
    const records = Array.from({ length: 150 }, (_, i) => ({
      kind: 'product',
      status: 'published',
      ...aProduct({
        sku: `bulk-${i}`,
        name: `Bulk ${i}`,
      }),
    }));
    const counts = records.map((_, i) => ({ kind: 'stock', sku: `bulk-${i}`, onHand: i % 3, lowAt: 1 }));
    const reports = await bring([...records, ...counts]);
    expect(new Set(reports.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    const ids = reports.slice(0, 6).map(({ id }) => id!);
    expect(await Promise.all(ids.map(isInStock))).toEqual([false, true, true, false, true, true]);
    await shop.mustAddUp();
  });

  it('is exported after each product, also to whoever goes on from a product', async () => {
    const { body } = await shop.send<string>('GET', '/products/export');
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; productId: string });
    const at = lines.findLastIndex(({ kind }, i) => kind === 'product' && lines[i + 1]?.kind === 'stock');
    const rest = await shop.send<string>('GET', `/products/export?cursor=${lines[at]?.productId}`);
    expect(rest.body).toBe(
      body
        .trimEnd()
        .split('\n')
        .slice(at + 1)
        .map((line) => `${line}\n`)
        .join(''),
    );
  });
});
