import type { Product } from '../../domain/product.ts';
import { toProduct, type Collections } from '../documents.ts';
import type { StockCollections } from '../stock/documents.ts';
import type { OpeningCount } from './opening-stock.ts';

export type Exports = {
  /** Products of any status behind that id, in the order of their ids. */
  productsAfter(productId: string, limit: number): Promise<Product[]>;
  /** Of these SKUs, those that have some, in their order. */
  stockOf(skus: readonly string[]): Promise<OpeningCount[]>;
};

export function mongoExports({ products, stock }: Collections & StockCollections): Exports {
  return {
    async productsAfter(productId, limit) {
      const found = await products
        .find({ _id: { $gt: productId } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(toProduct);
    },
    async stockOf(skus) {
      const projection = { onHand: 1, lowAt: 1 };
      const found = await stock.find({ _id: { $in: [...skus] } }, { projection, batchSize: 1000 }).toArray();
      const counts = new Map(found.map(({ _id: sku, onHand, lowAt }) => [sku, { sku, onHand, lowAt }]));
      return skus.flatMap((sku) => counts.get(sku) ?? []);
    },
  };
}
