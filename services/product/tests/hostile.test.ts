import { testStores, whyNoStores } from '@storefront/kit/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../src/contract.ts';
import { aProduct, openCatalogue, type OpenCatalogue, type ProblemBody } from './catalogue.ts';

/** What an operator of the store looks like where a value belongs, and other things that do not belong there. */
const strangers = [
  { $gt: '' },
  { $ne: null },
  { $where: 'sleep(1000)' },
  ['x'],
  1,
  true,
  null,
  'a\u0000b',
  '\ud800',
  'x'.repeat(20_000),
];

describe.skipIf(!testStores)(`hostile requests ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  let product: Product;
  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('mugs');
    product = await shop.publish(aProduct());
  });
  afterAll(() => shop?.close());

  const paths = [
    ...Object.keys(aProduct()).map((field) => [field]),
    ['productId'],
    ['slug'],
    ['variants', 0, 'sku'],
    ['variants', 0, 'prices', 0, 'amountMinor'],
    ['variants', 0, 'prices', 0, 'currency'],
    ['variants', 0, 'options', 'size'],
    ['attributes', 'material', 0],
    ['attributes', '$where'],
    ['attributes', 'a.b'],
  ];

  it.each(paths.map((path) => [path.join('.'), path] as const))(
    'in %s never reach the store as operators nor end as 5xx',
    async (_name, path) => {
      for (const stranger of strangers) {
        const body = withValue(aProduct(), path, stranger);
        for (const [method, target, headers] of [
          ['POST', '/products', {}],
          ['PATCH', `/products/${product.productId}`, { 'if-match': '"0"' }],
        ] as const) {
          const answer = await shop.send<ProblemBody>(method, target, { body, headers });
          expect(answer.status, `${method} ${JSON.stringify(stranger).slice(0, 60)}`).toBeLessThan(500);
          expect(answer.status !== 400 || namesField(answer.body)).toBe(true);
        }
      }
    },
  );

  it('in the query of a list are refused or mean what they say', async () => {
    const name = fc.oneof(
      fc.constantFrom(
        'q',
        'category',
        'currency',
        'minPrice',
        'maxPrice',
        'inStock',
        'sort',
        'facets',
        'limit',
        'cursor',
        'attribute.colour',
      ),
      fc.string({ minLength: 1, maxLength: 20 }),
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.constantFrom('-1', '1e309', 'NaN', '0x10', '[$gt]', '\u0000', '$', '.'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 5 }), async (pairs) => {
        const query = pairs
          .map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text.toWellFormed())}`)
          .join('&');
        const answer = await shop.get<ProblemBody>(`/products?${query}`);
        expect([200, 400]).toContain(answer.status);
        expect(answer.status === 200 || namesField(answer.body)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    '/products/%24gt',
    '/products/by-slug/..%2f..',
    '/products/by-slug/%00',
    `/products/${'a'.repeat(5000)}`,
    '/products?q=%ff',
  ])('at %s get a problem document', async (path) => {
    const answer = await shop.get<ProblemBody>(path);
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toContain(
      answer.status < 400 ? 'application/json' : 'application/problem+json',
    );
  });
});

const namesField = ({ errors }: ProblemBody) => (errors?.[0]?.field ?? '') !== '';

function withValue(source: object, path: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(source) as Record<string | number, unknown>;
  let place = copy;
  for (const step of path.slice(0, -1)) place = (place[step] ??= {}) as typeof place;
  place[path.at(-1) ?? ''] = value;
  return copy;
}
