import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProductId, Sku, Slug, slugOf } from './ids.ts';

describe('a slug', () => {
  it.each([
    ['Blue Stoneware Mug', 'blue-stoneware-mug'],
    ['Crème brûlée – 2 × 150 ml', 'creme-brulee-2-150-ml'],
    ['  --A--  ', 'a'],
    ['Straße', 'stra-e'],
  ])('of %j is %s', (text, slug) => expect(slugOf(text)).toBe(slug));

  it('of any text is empty or a slug, and the slug of a slug is the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const slug = slugOf(text);
        expect(slug === '' || Slug.safeParse(slug).success).toBe(true);
        expect(slugOf(slug)).toBe(slug);
      }),
    );
  });

  it.each(['', 'A', 'a--b', '-a', 'a-', 'a b', 'ä', 'a'.repeat(121)])('is not %j', (text) => {
    expect(Slug.safeParse(text).success).toBe(false);
  });
});

describe('a SKU', () => {
  it.each(['mug-blue-350', 'a1'])('may be %s', (text) => expect(Sku.parse(text)).toBe(text));
  it.each(['', 'a', 'Mug', '-a', 'a-', 'a_b', 'a'.repeat(65), { $gt: '' }])('is not %j', (text) => {
    expect(Sku.safeParse(text).success).toBe(false);
  });
});

describe('a product id', () => {
  it('is a UUID', () => {
    expect(ProductId.safeParse('7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f').success).toBe(true);
    expect(ProductId.safeParse('42').success).toBe(false);
  });
});
