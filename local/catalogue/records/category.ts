import { slugOf } from '@storefront/commerce/ids';
import type { ImportRecord } from '@storefront/product/contract';
import { tree } from '../words/categories.ts';

type CategoryRecord = Extract<ImportRecord, { kind: 'category' }>;

/** The tree as records, parents before their children. */
export function categoryRecords(): CategoryRecord[] {
  return Object.entries(tree).flatMap(([department, aisles], at) => [
    category(department, null, at),
    ...Object.entries(aisles).flatMap(([aisle, shelves], aisleAt) => [
      category(aisle, department, aisleAt),
      ...shelves.map((shelf: string, shelfAt: number) => category(shelf, aisle, shelfAt)),
    ]),
  ]);
}

function category(name: string, parent: string | null, position: number): CategoryRecord {
  return { kind: 'category', slug: slugOf(name), name, parent: parent === null ? null : slugOf(parent), position };
}
