import { randomUUID } from 'node:crypto';
import { signCursor } from '@storefront/kit/cursor';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewProduct, ProductList } from '../src/contract.ts';
import { aProduct, openCatalogue, type OpenCatalogue, type ProblemBody } from './catalogue.ts';

type Wanted = {
  colour?: string[];
  material?: string[];
  inStock?: boolean;
  category?: string;
  minPrice?: number;
};

function queryOf({ colour = [], material = [], ...plain }: Wanted): string {
  const query = new URLSearchParams({ facets: 'true', limit: '100' });
  for (const value of colour) query.append('attribute.colour', value);
  for (const value of material) query.append('attribute.material', value);
  for (const [name, value] of Object.entries(plain)) query.set(name, String(value));
  return query.toString();
}

/** Whether the product is in the list but for its attributes, counted by hand. */
function fulfils(product: NewProduct, { inStock, category = 'home', minPrice = 0 }: Wanted): boolean {
  const hasStock = product.variants.some((variant) => variant.inStock);
  return (
    (inStock === undefined || hasStock === inStock) &&
    (category === 'home' || product.category === category) &&
    priceOf(product) >= minPrice
  );
}

const priceOf = ({ variants }: NewProduct) => variants[0]?.prices[0]?.amountMinor ?? 0;

const colours = ['Red', 'Blue', 'Green'];
const materials = ['Oak', 'Steel'];

describe.skipIf(!testStores)(`lists ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  const made: NewProduct[] = [];

  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('home', null, 'Home');
    await shop.category('kitchen', 'home', 'Kitchen');
    await shop.category('mugs', 'kitchen', 'Mugs');
    await shop.category('bath', 'home', 'Bath');
    for (let i = 0; i < 40; i += 1) {
      const product = aProduct({
        name: `Thing ${String((i * 17) % 40).padStart(2, '0')}`,
        category: i % 3 === 0 ? 'bath' : 'mugs',
        price: 1000 + (i % 5) * 100,
        brand: i % 2 ? 'Northfold' : 'Larch',
        attributes: { colour: [colours[i % 3] as string], material: [materials[i % 2] as string] },
      });
      const [variant] = product.variants;
      made.push({ ...product, variants: variant ? [{ ...variant, inStock: i % 4 !== 0 }] : [] });
    }
    for (const product of made) await shop.publish(product);
  }, 60_000);
  afterAll(() => shop?.close());

  const all = (query: string, limit = 7) => shop.all(query, limit);

  it.each([
    ['sort=price', (a, b) => a.price.amountMinor - b.price.amountMinor],
    ['sort=-price', (a, b) => b.price.amountMinor - a.price.amountMinor],
    ['sort=name', (a, b) => (a.name < b.name ? -1 : 1)],
  ] as [string, (a: ProductList['items'][number], b: ProductList['items'][number]) => number][])(
    'go through every product once in the order "%s"',
    async (sort, compare) => {
      const items = await all(sort);
      expect(new Set(items.map(({ productId }) => productId)).size).toBe(40);
      for (const [i, item] of items.slice(1).entries())
        expect(compare(items[i] as typeof item, item)).toBeLessThanOrEqual(0);
    },
  );

  it('show the newest first unless asked otherwise', async () => {
    const { productId } = await shop.publish(aProduct({ name: 'Latest' }));
    expect((await shop.list('')).items[0]?.productId).toBe(productId);
    await shop.send('POST', `/products/${productId}/unpublish`);
  });

  it('take a category with all below it', async () => {
    expect(await all('category=home')).toHaveLength(40);
    expect(await all('category=kitchen')).toHaveLength(made.filter(({ category }) => category === 'mugs').length);
    const unknown = await shop.get<ProblemBody>('/products?category=nowhere');
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'category' }] } });
  });

  it('are what counting by hand gives, for any filter, with facets that other choices do not narrow', async () => {
    const filter = fc.record(
      {
        colour: fc.subarray(colours, { minLength: 1 }),
        material: fc.subarray(materials, { minLength: 1 }),
        inStock: fc.boolean(),
        category: fc.constantFrom('home', 'mugs', 'bath'),
        minPrice: fc.integer({ min: 900, max: 1500 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filter, async (wanted) => {
        const base = made.filter((product) => fulfils(product, wanted));
        const having =
          (name: 'colour' | 'material', values = wanted[name]) =>
          (product: NewProduct) =>
            !values || values.some((value) => product.attributes[name]?.includes(value));
        const expected = base.filter(having('colour')).filter(having('material'));

        const answer = await shop.list(queryOf(wanted));
        expect(answer.items.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
        expect(answer.matches).toEqual({ count: expected.length, capped: false });
        const counts = answer.facets?.find(({ name }) => name === 'colour')?.values ?? [];
        for (const { value, count } of counts)
          expect(count).toBe(base.filter(having('material')).filter(having('colour', [value])).length);
      }),
      { numRuns: 30 },
    );
  });

  it('give no facets that were not asked for', async () => {
    expect(Object.keys(await shop.list('')).sort()).toEqual(['items', 'nextCursor']);
  });

  it('go on where they ended when products come and go', async () => {
    const first = await shop.list('sort=price&limit=10');
    const cheap = await shop.publish(aProduct({ name: 'Very cheap', price: 1 }));
    expect(await all('sort=price')).toHaveLength(41);
    const second = await shop.list(`sort=price&limit=100&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    const seen = [...first.items, ...second.items].map(({ productId }) => productId);
    expect(new Set(seen).size).toBe(40);
    expect(seen).not.toContain(cheap.productId);
    await shop.send('POST', `/products/${cheap.productId}/unpublish`);
  });

  it('list in another currency, and leave out what has no price in it', async () => {
    const { items } = await shop.list('currency=JPY&sort=price&limit=1');
    expect(items[0]?.price).toEqual({ amountMinor: 1000, currency: 'JPY' });
    const unknown = await shop.get<ProblemBody>('/products?currency=CHF');
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'currency' }] } });
  });

  it.each([
    ['colour=Red', 'colour'],
    ['q%5B%24gt%5D=', 'q[$gt]'],
    ['attribute.%24where=1', 'attribute.$where'],
    ['attribute.colour=', 'attribute.colour'],
    ['limit=101', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['sort=best', 'sort'],
    ['minPrice=5&maxPrice=4', 'minPrice'],
    ['minPrice=1.5', 'minPrice'],
    ['inStock=yes', 'inStock'],
    ['cursor=forged', 'cursor'],
  ])('refuse "%s" naming %s', async (query, field) => {
    const answer = await shop.get<ProblemBody>(`/products?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.field)).toContain(field);
  });

  it('refuse a cursor that was forged, belongs to another list or has another form', async () => {
    const { nextCursor } = await shop.list('sort=price&limit=3');
    const own = nextCursor ?? '';
    const tampered = own.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    const foreign = signCursor(Buffer.alloc(32, 8), 'x', 'products');
    const tries = [
      `sort=price&cursor=${tampered}`,
      `sort=name&cursor=${own}`,
      `sort=price&inStock=true&cursor=${own}`,
      `sort=price&cursor=${foreign}`,
    ];
    for (const query of tries)
      expect((await shop.get<ProblemBody>(`/products?${query}`)).body).toMatchObject({
        status: 400,
        code: 'bad-cursor',
      });
    expect((await shop.get(`/products?sort=price&limit=50&cursor=${own}`)).status).toBe(200);
  });

  it('give all slugs for a sitemap, page by page', async () => {
    type Page = { items: { slug: string }[]; nextCursor: string | null };
    const first = (await shop.get<Page>('/products/slugs?limit=25')).body;
    const second = (await shop.get<Page>(`/products/slugs?limit=25&cursor=${first.nextCursor}`)).body;
    const slugs = [...first.items, ...second.items].map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(40);
    expect([...slugs].sort()).toEqual(slugs);
    expect(second.nextCursor).toBeNull();
  });

  it('move a product with its category and show the new name within seconds', async () => {
    const { productId } = await shop.publish({
      ...aProduct({ name: 'Mover', category: 'bath' }),
      productId: randomUUID(),
    });
    await shop.send('PUT', '/categories/bath', { body: { name: 'Bathing', parent: 'kitchen', position: 0 } });
    await expect
      .poll(async () => (await shop.list('category=kitchen&q=mover+bathing')).items.map((item) => item.productId), {
        timeout: 10_000,
      })
      .toEqual([productId]);
    const cycle = await shop.send<ProblemBody>('PUT', '/categories/home', {
      body: { name: 'Home', parent: 'bath', position: 0 },
    });
    expect(cycle).toMatchObject({ status: 409, body: { code: 'category-cycle' } });
    const taken = await shop.send<ProblemBody>('POST', '/categories', {
      body: { slug: 'bath', name: 'Other', parent: null, position: 0 },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'category-exists' } });
  });
});
