import type { ImportRecord } from '@storefront/product/contract';
import { createRandom } from '../random.ts';
import type { ProductRecord } from './product.ts';

export type StockRecord = Extract<ImportRecord, { kind: 'stock' }>;

const lowAt = 5;

/** The first count of each variant: none of what is sold out, a few of every tenth, and of the rest enough for a day of orders. */
export function stockOf({ variants }: ProductRecord): StockRecord[] {
  return variants.map(({ sku, inStock }) => {
    const random = createRandom(`stock ${sku}`);
    const units = random.chance(0.1) ? random.int(1, lowAt) : random.int(40, 400);
    return { kind: 'stock', sku, onHand: inStock ? units : 0, lowAt };
  });
}
