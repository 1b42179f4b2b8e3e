import { randomUUID } from 'node:crypto';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import { systemClock } from '@storefront/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticCategories, syntheticProducts } from '../bench/synthetic.ts';
import type { ImportRecord, Product, ProductCard } from '../src/contract.ts';
import { mongoCatalogue } from '../src/store/catalogue.ts';
import { aProduct, openCatalogue, type OpenCatalogue } from './catalogue.ts';
import { commandsOf, explain, type Planned } from './explain.ts';

const ndjson = (records: Iterable<unknown>) => Array.from(records, (record) => `${JSON.stringify(record)}\n`).join('');

type Synthetic = Extract<ImportRecord, { kind: 'product' }>;
const synthetic = [...syntheticProducts(3000)].filter((record): record is Synthetic => record.kind === 'product');
const priceOf = ({ variants }: Synthetic) => variants[0]?.prices[0]?.amountMinor ?? 0;
const keyOf = ({ name, price }: ProductCard, sort: string) => {
  if (sort === 'newest') return 0;
  return sort === 'name' ? name.toLowerCase() : price.amountMinor * (sort === 'price' ? 1 : -1);
};
const sorted = <Key extends string | number>(keys: readonly Key[]) =>
  [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Of a worker, which may look at any time: all that its partial index names is due, so it is read whole. */
const isLookForDue = ({ find, hint }: Record<string, unknown>): boolean =>
  find === 'stock' && ['fallen', 'risen'].includes(String(hint));

describe.skipIf(!testStores)(`indexes ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  beforeAll(async () => {
    shop = await openCatalogue({ monitored: true });
    const raw = ndjson([...syntheticCategories(), ...syntheticProducts(3000)]);
    const answer = await shop.send<string>('POST', '/products/import', { raw, type: 'application/x-ndjson' });
    if (answer.body.includes('refused')) throw new Error(`refused: ${answer.body}`);
  }, 120_000);
  afterAll(() => shop?.close());

  async function plansOf(work: () => Promise<unknown>): Promise<Planned[]> {
    const commands = (await commandsOf(shop.mongo.client, work)).filter((command) => !isLookForDue(command));
    if (commands.length === 0) throw new Error('nothing was asked of the store');
    const plans: Planned[] = [];
    for (const command of commands) plans.push(await explain(shop.mongo.db, command));
    return plans;
  }

  /** The commands that read without an index, or all of one. */
  function scansIn(plans: readonly Planned[]): string[] {
    return plans
      .filter(({ leaves }) => leaves.length === 0 || leaves.some(({ isScan }) => isScan))
      .map(({ name }) => name);
  }

  it.each([
    ['no index', { find: 'products', filter: { name: 'x' } }],
    ['all of the primary key', { find: 'entries', filter: {} }],
    ['all of an index', { find: 'entries', filter: {}, hint: 'sitemap' }],
    ['all of an index, in its order', { find: 'entries', filter: {}, sort: { 'order.newest0': 1 }, hint: 'newest0' }],
    ['all of an index for another field', { find: 'entries', filter: { updatedAt: new Date(0) }, hint: 'newest0' }],
  ])('are missed by this test where a query reads by %s', async (_, command) => {
    expect(scansIn([await explain(shop.mongo.db, command)])).toHaveLength(1);
  });

  const lists = [
    '',
    'category=department-1',
    'category=group-1-2&sort=name',
    'category=category-1-2-3&sort=-price',
    'sort=price&currency=USD',
    'sort=price&minPrice=2000&maxPrice=2500',
    'sort=newest&minPrice=2000&maxPrice=2100',
    'inStock=false',
    'attribute.colour=Blue&attribute.colour=Red&attribute.material=Linen',
    'attribute.use=tea&category=group-0-0&sort=price',
    'q=kettle',
    'q=blue+kett',
    'q=linen&sort=price',
    'q=no+such+words+at+all',
    'q=blue&attribute.colour=Blue&inStock=true',
    'facets=true',
    'facets=true&attribute.colour=Blue',
    'facets=true&q=blue&category=department-0',
  ];

  it.each(lists)('serve the list "%s" and its next page', async (query) => {
    const plans = await plansOf(async () => {
      const { nextCursor } = await shop.list(query);
      if (nextCursor) await shop.list(`${query}&cursor=${encodeURIComponent(nextCursor)}`);
    });
    expect(scansIn(plans)).toEqual([]);
  });

  it.each(['', 'category=department-1', 'sort=price', 'sort=-price', 'sort=name', 'category=group-1-2&sort=price'])(
    'read the list "%s" in its order, sorting nothing',
    async (query) => {
      const plans = await plansOf(async () => {
        const { nextCursor } = await shop.list(query);
        await shop.list(`${query}&cursor=${encodeURIComponent(nextCursor ?? '')}`);
      });
      const pages = plans.filter(({ command }) => command['find'] === 'entries');
      expect(pages).toHaveLength(2);
      expect(pages.filter(({ sorts }) => sorts).map(({ name }) => name)).toEqual([]);
    },
  );

  it('serve single products, slugs, the export and every write', async () => {
    const plans = await plansOf(async () => {
      const { productId } = await shop.publish({
        ...aProduct({ category: 'category-0-0-0' }),
        productId: randomUUID(),
      });
      await shop.get('/products/by-slug/no-such-slug');
      await shop.get(`/products/${productId}`);
      await shop.get('/products/slugs?limit=10');
      const change = { variants: aProduct().variants, slug: 'another-slug' };
      await shop.send<Product>('PATCH', `/products/${productId}`, { body: change, headers: { 'if-match': '"2"' } });
      await shop.send('POST', `/products/${productId}/unpublish`);
      await shop.send('POST', '/products', { body: aProduct({ category: 'category-0-0-0', slug: 'another-slug' }) });
      await shop.send('GET', '/products/export');
      const raw = ndjson(syntheticProducts(1, 2999));
      await shop.send('POST', '/products/import', { raw, type: 'application/x-ndjson' });
    });
    expect(scansIn(plans)).toEqual([]);
  });

  it.each([
    [
      'attribute.colour=Blue&attribute.colour=Black',
      (product: Synthetic) => ['Blue', 'Black'].includes(product.attributes['colour']?.[0] ?? ''),
    ],
    [
      'inStock=true&category=department-1',
      (product: Synthetic) =>
        product.category.startsWith('category-1-') && product.variants.some((variant) => variant.inStock),
    ],
    ['minPrice=5000', (product: Synthetic) => priceOf(product) >= 5000],
    [
      'attribute.use=tea&maxPrice=2000',
      (product: Synthetic) => product.attributes['use']?.[0] === 'tea' && priceOf(product) <= 2000,
    ],
  ])(
    'go through the list "%s" in every order, each product once',
    async (query, isIn) => {
      const expected = synthetic.filter(isIn).map(({ productId }) => productId ?? '');
      for (const sort of ['newest', 'price', '-price', 'name']) {
        const items = await shop.all(`${query}&sort=${sort}`);
        const ids = items.map(({ productId }) => productId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(sorted(ids.filter((id) => id.startsWith('00000000-')))).toEqual(sorted(expected));
        const keys = items.map((item) => keyOf(item, sort));
        expect(keys).toEqual(sorted(keys));
      }
    },
    60_000,
  );

  it('find, of very many matches, those whose names start with the query first, and the same ones again', async () => {
    const { matches } = await shop.list('q=blue&facets=true');
    expect(matches?.count).toBeGreaterThan(400);
    const items = await shop.all('q=blue');
    const starting = synthetic.filter(({ name }) => name.startsWith('Blue '));
    expect(items.length).toBeGreaterThan(50);
    expect(sorted(items.slice(0, starting.length).map(({ name }) => name))).toEqual(
      sorted(starting.map(({ name }) => name)),
    );
    expect(await shop.all('q=blue', 7)).toEqual(items);
  });

  it('serve what lists the forgotten, and all below a category that was renamed', async () => {
    const rename = { name: 'Renamed', parent: 'group-0-0', position: 0 };
    await shop.send('PUT', '/categories/category-0-0-0', { body: rename });
    const { relisting } = mongoCatalogue({ db: shop.mongo.db, currencies: ['EUR', 'USD', 'JPY'], clock: systemClock });
    const plans = await plansOf(() => relisting.run(new AbortController().signal));
    expect(plans.map(({ command }) => command['hint'])).toEqual(expect.arrayContaining(['unlisted', 'category']));
    expect(scansIn(plans)).toEqual([]);
  });
});
