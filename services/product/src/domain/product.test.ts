import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, change, draft, publish, unpublish, type Content } from './product.ts';

const [now, later] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
const content: Content = {
  name: 'Mug',
  description: '',
  brand: null,
  category: 'mugs',
  attributes: { material: ['Steel'], colour: ['Red'] },
  options: [],
  variants: [],
  images: [],
};
const product = draft(content, { productId: 'p', slug: 'mug' }, now);

describe('a product', () => {
  it('is the same product when a change says nothing new', () => {
    expect(change(product, { name: 'Mug', attributes: { colour: ['Red'], material: ['Steel'] } }, later)).toBe(product);
  });

  it('keeps the slugs it had, the current one first, each once', () => {
    const renamed = change(change(product, { slug: 'cup' }, later), { slug: 'mug' }, later);
    expect(renamed.slugs).toEqual(['mug', 'cup']);
    expect(renamed.version).toBe(3);
  });

  it('keeps the day of its first publication', () => {
    const again = publish(unpublish(publish(product, now), now), later);
    expect(again).toMatchObject({ status: 'published', publishedAt: now, version: 4 });
  });

  it('has one text for the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonical(turned)).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
