import type { IndexDescription } from 'mongodb';
import { maxLevels } from '../../domain/categories.ts';
import { orderName, priceOrder } from '../../domain/listing/listing-entry.ts';

/** The orders that a list may have, each with an index on every level of the category tree. */
function orders(currencies: readonly string[]): string[] {
  return ['newest', 'name', ...currencies.map(priceOrder)];
}

export const productIndexes: readonly IndexDescription[] = [
  { name: 'slugs', key: { slugs: 1 } },
  { name: 'unlisted', key: { unlistedSince: 1 }, sparse: true },
];

/** A list reads one shelf in one order: an index for each order and level. All are sparse, so that drafts are in none. */
export function entryIndexes(currencies: readonly string[]): IndexDescription[] {
  const levels = Array.from({ length: maxLevels + 1 }, (_, level) => level);
  const names = levels.flatMap((level) => orders(currencies).map((order) => orderName(order, level)));
  return [
    ...names.map((name) => ({ name, key: { [`order.${name}`]: 1 }, sparse: true })),
    { name: 'by-terms', key: { terms: 1 }, sparse: true },
    { name: 'category', key: { category: 1, _id: 1 }, sparse: true },
    { name: 'sitemap', key: { slug: 1 }, sparse: true },
  ];
}
