import type { Offer } from '../contract/stock.ts';
import { offerOf, type Sellable } from '../domain/stock/offer.ts';
import type { Collections, ProductDocument } from './documents.ts';
import { sellablesBySku } from './skus.ts';
import type { StockCollections, StockDocument } from './stock/documents.ts';

export type Offers = {
  /** In the order asked for. Where a SKU has no stock, nothing of it can be ordered. */
  find(skus: readonly string[], currency: string): Promise<Offer[]>;
};

type Standing = Pick<StockDocument, '_id' | 'available'> | Pick<ProductDocument, '_id' | 'version' | 'updatedAt'>;

/** SKUs whose products are remembered, the newest. */
const remembered = 5_000;

export function mongoOffers(collections: Collections & StockCollections): Offers {
  return new MongoOffers(collections);
}

/**
 * What products say of their SKUs is remembered, and believed only while the product is in the version that was remembered: each
 * call asks for those versions together with the stock. So an offer is never older than its question, whoever wrote the product.
 */
class MongoOffers implements Offers {
  readonly #collections: Collections & StockCollections;
  readonly #memory = new Map<string, Sellable>();

  constructor(collections: Collections & StockCollections) {
    this.#collections = collections;
  }

  async find(skus: readonly string[], currency: string): Promise<Offer[]> {
    const known = this.#known(skus);
    const [standings, read] = await Promise.all([this.#standings(skus, known), this.#read(skus, known)]);
    const available = new Map<string, number>();
    const products = new Map<string, Pick<ProductDocument, 'version' | 'updatedAt'>>();
    for (const standing of standings)
      if ('available' in standing) available.set(standing._id, standing.available);
      else products.set(standing._id, standing);

    const current = new Map([...known].filter(([, sellable]) => isOfNow(sellable, products.get(sellable.productId))));
    const outdated = [...known.keys()].filter((sku) => !current.has(sku));
    const again = outdated.length > 0 ? await this.#read(outdated, current) : new Map<string, Sellable>();
    return skus.map((sku) => {
      const sellable = current.get(sku) ?? again.get(sku) ?? read.get(sku);
      return offerOf(sku, { sellable, available: available.get(sku) ?? 0, currency });
    });
  }

  #known(skus: readonly string[]): Map<string, Sellable> {
    const known = new Map<string, Sellable>();
    for (const sku of skus) {
      const sellable = this.#memory.get(sku);
      if (sellable) known.set(sku, sellable);
    }
    return known;
  }

  /** The stock of the SKUs and the versions of the products that are known of them, in one command. */
  async #standings(skus: readonly string[], known: ReadonlyMap<string, Sellable>): Promise<Standing[]> {
    const { stock, products } = this.#collections;
    const ofSkus = { _id: { $in: [...skus] } };
    const available = { available: 1 } as const;
    if (known.size === 0) return stock.find<Standing>(ofSkus, { projection: available }).toArray();
    const ids = [...new Set(Array.from(known.values(), ({ productId }) => productId))];
    const versions = [{ $match: { _id: { $in: ids } } }, { $project: { version: 1, updatedAt: 1 } }];
    const pipeline = [
      { $match: ofSkus },
      { $project: available },
      { $unionWith: { coll: products.collectionName, pipeline: versions } },
    ];
    return stock.aggregate<Standing>(pipeline).toArray();
  }

  /** Those that are not known, from their products. */
  async #read(skus: readonly string[], known: ReadonlyMap<string, Sellable>): Promise<Map<string, Sellable>> {
    const unknown = skus.filter((sku) => !known.has(sku));
    if (unknown.length === 0) return new Map();
    const read = await sellablesBySku(this.#collections, unknown);
    for (const sku of unknown) this.#remember(sku, read.get(sku));
    return read;
  }

  #remember(sku: string, sellable: Sellable | undefined): void {
    this.#memory.delete(sku);
    if (!sellable) return;
    if (this.#memory.size >= remembered) this.#memory.delete(this.#memory.keys().next().value ?? '');
    this.#memory.set(sku, sellable);
  }
}

/** The time too: after a restore from a backup a version may come a second time. */
function isOfNow(
  { version, updatedAt }: Sellable,
  product: Pick<ProductDocument, 'version' | 'updatedAt'> | undefined,
): boolean {
  return product?.version === version && product.updatedAt.getTime() === updatedAt.getTime();
}
