import type { Clock } from '@storefront/kit/time';
import type { NewProduct } from '../contract.ts';
import { pathTo } from '../domain/categories.ts';
import { changingTooFast } from '../domain/errors.ts';
import type { Product } from '../domain/product.ts';
import type { CategoryTree } from './categories.ts';
import { toProduct, type Collections } from './documents.ts';
import type { Entries } from './entries.ts';
import { productsBySku } from './skus.ts';
import type { StockCollections } from './stock/documents.ts';

type WithVariants = { variants?: NewProduct['variants'] | undefined };

/** What the catalogue says of stock: where a SKU has some, `inStock` is whether any of it can be ordered, whoever wrote what. */
export type InStock = {
  /** The same contents, with `inStock` as it is now. */
  applied<Content extends WithVariants>(contents: readonly Content[]): Promise<Content[]>;
  /** Writes the products of these SKUs, where they say otherwise. */
  follow(skus: readonly string[]): Promise<void>;
};

export type InStockDeps = { entries: Entries; categories: CategoryTree; clock: Clock };

const attempts = 5;

export function mongoInStock(collections: Collections & StockCollections, deps: InStockDeps): InStock {
  return new MongoInStock(collections, deps);
}

class MongoInStock implements InStock {
  readonly #collections: Collections & StockCollections;
  readonly #deps: InStockDeps;

  constructor(collections: Collections & StockCollections, deps: InStockDeps) {
    this.#collections = collections;
    this.#deps = deps;
  }

  async applied<Content extends WithVariants>(contents: readonly Content[]): Promise<Content[]> {
    const skus = contents.flatMap(({ variants = [] }) => variants.map(({ sku }) => sku));
    if (skus.length === 0) return [...contents];
    const projection = { available: 1 };
    const found = await this.#collections.stock.find({ _id: { $in: skus } }, { projection, batchSize: 1000 }).toArray();
    const available = new Map(found.map((stock) => [stock._id, stock.available]));
    return contents.map((content) => withStock(content, available));
  }

  async follow(skus: readonly string[]): Promise<void> {
    const products = [...new Set((await productsBySku(this.#collections, skus)).values())];
    const applied = await this.applied(products);
    for (const [i, product] of products.entries()) if (applied[i] !== product) await this.#rewrite(product.productId);
  }

  /** The product is read before its stock: a change of either in between makes it another version, or another turn of the stock. */
  async #rewrite(productId: string): Promise<void> {
    const { entries, categories, clock } = this.#deps;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await this.#collections.products.findOne({ _id: productId });
      if (!found) return;
      const before = toProduct(found);
      const [applied] = await this.applied([before]);
      if (!applied || applied === before) return;
      const product: Product = { ...applied, version: before.version + 1, updatedAt: clock.now() };
      const path = pathTo(await categories.read(), product.category) ?? [];
      const filter = { _id: productId, version: before.version };
      const { matchedCount } = await this.#collections.products.replaceOne(filter, entries.unlisted(product));
      if (matchedCount === 1) return entries.tryWrite([{ product, path }]);
    }
    throw changingTooFast();
  }
}

/** The content itself when it says what is so. */
function withStock<Content extends WithVariants>(content: Content, available: ReadonlyMap<string, number>): Content {
  const variants = content.variants?.map((variant) => {
    const units = available.get(variant.sku);
    return units === undefined || units > 0 === variant.inStock ? variant : { ...variant, inStock: units > 0 };
  });
  const isSame = variants?.every((variant, i) => variant === content.variants?.[i]) ?? true;
  return isSame ? content : { ...content, variants };
}
