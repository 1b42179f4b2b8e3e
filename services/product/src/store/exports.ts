import type { Product } from '../domain/product.ts';
import { toProduct, type Collections } from './documents.ts';

export type Exports = {
  /** Products of any status behind that id, in the order of their ids. */
  productsAfter(productId: string, limit: number): Promise<Product[]>;
};

export function mongoExports({ products }: Collections): Exports {
  return {
    async productsAfter(productId, limit) {
      const found = await products
        .find({ _id: { $gt: productId } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(toProduct);
    },
  };
}
