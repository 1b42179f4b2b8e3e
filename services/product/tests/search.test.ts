import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aProduct, openCatalogue, type OpenCatalogue } from './catalogue.ts';

describe.skipIf(!testStores)(`search ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('kitchen', null, 'Kitchen');
    await shop.category('mugs', 'kitchen', 'Mugs & cups');
    await shop.category('lamps', null, 'Lamps');
    const products = [
      aProduct({ name: 'Blue stoneware mug', price: 3000 }),
      aProduct({ name: 'Mug', description: 'A plain one, blue as the sea.', price: 1000 }),
      aProduct({ name: 'Reading lamp', category: 'lamps', attributes: { colour: ['Blue'] }, price: 2000 }),
      aProduct({ name: 'Crème brûlée dish', attributes: { material: ['Porcelain'] } }),
      aProduct({ name: 'Lamp', brand: 'Bluestone', category: 'lamps', attributes: {} }),
      aProduct({ name: 'Teapot', description: 'Goes with the mug.', attributes: {}, price: 1500 }),
    ];
    for (const product of products) await shop.publish(product);
  }, 60_000);
  afterAll(() => shop?.close());

  const names = async (query: string) => (await shop.list(query)).items.map(({ name }) => name);

  it.each([
    ['blue mug', ['Blue stoneware mug']],
    ['mugs ', ['Mug', 'Blue stoneware mug', 'Teapot', 'Crème brûlée dish']],
    ['BLUE', ['Blue stoneware mug', 'Lamp', 'Reading lamp']],
    ['creme brulee', ['Crème brûlée dish']],
    ['porcelain', ['Crème brûlée dish']],
    ['rea', ['Reading lamp']],
    ['read lam', ['Reading lamp']],
  ])('finds for "%s" in this order: %j', async (q, expected) => {
    expect(await names(`q=${encodeURIComponent(q)}`)).toEqual(expected);
  });

  it('looks into descriptions when nothing is known by all words', async () => {
    expect(await names('q=sea')).toEqual(['Mug']);
    expect(await names('q=mug+plain')).toEqual(['Mug']);
  });

  it('finds what has some of the words when nothing has all', async () => {
    expect(await names('q=purple+teapot')).toEqual(['Teapot']);
    expect(await names('q=purple+elephants')).toEqual([]);
    expect(await names('q=%E2%80%A6')).toEqual([]);
  });

  it('is narrowed by filters and ordered otherwise when asked to', async () => {
    expect(await names('q=blue&category=lamps')).toEqual(['Lamp', 'Reading lamp']);
    expect(await names('q=mug&sort=-price&category=kitchen&maxPrice=3000&inStock=true')).toEqual([
      'Blue stoneware mug',
      'Crème brûlée dish',
      'Teapot',
      'Mug',
    ]);
    const { facets, matches } = await shop.list('q=blue&facets=true');
    expect(matches?.count).toBe(3);
    expect(facets?.find(({ name }) => name === 'category')?.values).toEqual([
      { value: 'lamps', label: 'Lamps', count: 2 },
      { value: 'mugs', label: 'Mugs & cups', count: 1 },
    ]);
  });

  it('goes on page by page in the order of the rank', async () => {
    const whole = await names('q=blue');
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await shop.list(`q=blue&limit=1${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  it('forgets what is no longer published and finds what was renamed', async () => {
    const product = await shop.publish(aProduct({ name: 'Zeppelin model' }));
    expect(await names('q=zeppelin')).toEqual(['Zeppelin model']);
    const change = { body: { name: 'Airship model' }, headers: { 'if-match': '"2"' } };
    await shop.send('PATCH', `/products/${product.productId}`, change);
    expect(await names('q=zeppelin')).toEqual([]);
    expect(await names('q=airship')).toEqual(['Airship model']);
    await shop.send('POST', `/products/${product.productId}/unpublish`);
    expect(await names('q=airship')).toEqual([]);
  });
});
