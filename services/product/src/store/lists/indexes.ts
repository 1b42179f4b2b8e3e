import type { IndexDescription } from 'mongodb';
import { maxLevels } from '../../domain/categories.ts';

/** The keys of `order`, each with an index on every level of the category tree. */
export function orderKeys(currencies: readonly string[]): string[] {
  return ['newest', 'name', ...currencies.map((currency) => `price${currency}`)];
}

export function orderIndexName(level: number, key: string): string {
  return `shelf${level}-${key}`;
}

/**
 * Lists read one shelf in one order: an index for each pair, sparse, so that drafts are in none. The fields are scalars: an
 * array in front would make some servers sort what they could read in order.
 */
export function productIndexes(currencies: readonly string[]): IndexDescription[] {
  const levels = Array.from({ length: maxLevels + 1 }, (_, level) => level);
  const orders = levels.flatMap((level) =>
    orderKeys(currencies).map((key) => ({
      name: orderIndexName(level, key),
      key: { [`shelf.level${level}`]: 1, [`order.${key}`]: 1 },
      sparse: true,
    })),
  );
  return [
    ...orders,
    { name: 'slugs', key: { slugs: 1 } },
    { name: 'by-terms', key: { terms: 1 }, sparse: true },
    { name: 'category', key: { category: 1, _id: 1 } },
    { name: 'sitemap', key: { 'shelf.level0': 1, slug: 1 }, sparse: true },
  ];
}
