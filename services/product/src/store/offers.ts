import type { Offer } from '../contract/stock.ts';
import { offerOf } from '../domain/stock/offer.ts';
import type { Collections } from './documents.ts';
import { productsBySku } from './skus.ts';
import type { StockCollections } from './stock/documents.ts';

export type Offers = {
  /** In the order asked for. Where a SKU has no stock, nothing of it can be ordered. */
  find(skus: readonly string[], currency: string): Promise<Offer[]>;
};

export function mongoOffers(collections: Collections & StockCollections): Offers {
  return {
    async find(skus, currency) {
      const [products, stocks] = await Promise.all([
        productsBySku(collections, skus),
        collections.stock.find({ _id: { $in: [...skus] } }, { projection: { available: 1 } }).toArray(),
      ]);
      const available = new Map(stocks.map((stock) => [stock._id, stock.available]));
      return skus.map((sku) =>
        offerOf(sku, { product: products.get(sku), available: available.get(sku) ?? 0, currency }),
      );
    },
  };
}
