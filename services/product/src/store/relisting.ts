import type { Clock } from '@storefront/kit/time';
import type { NewCategory } from '../contract.ts';
import { pathTo } from '../domain/categories.ts';
import { branchOf } from '../domain/listing/listing-entry.ts';
import type { CategoryTree } from './categories.ts';
import { toProduct, type Collections, type ProductDocument, type TreeDocument } from './documents.ts';
import type { Entries } from './entries.ts';

/** Makes again what lists know of products: of those whose writer did not get to it, and below a category that was renamed or moved. */
export type Relisting = {
  /** Works on until nothing is left or `signal` aborts; answers how many products it listed. */
  run(signal: AbortSignal): Promise<number>;
};

export type RelistingDeps = { entries: Entries; categories: CategoryTree; clock: Clock };

const batchSize = 200;
/** Longer than a write may take: what its writer has not listed by then, it never will. */
const settledMs = 15_000;

export function mongoRelisting(collections: Collections, deps: RelistingDeps): Relisting {
  return new MongoRelisting(collections, deps);
}

class MongoRelisting implements Relisting {
  readonly #collections: Collections;
  readonly #entries: Entries;
  readonly #categories: CategoryTree;
  readonly #clock: Clock;

  constructor(collections: Collections, { entries, categories, clock }: RelistingDeps) {
    this.#collections = collections;
    this.#entries = entries;
    this.#categories = categories;
    this.#clock = clock;
  }

  async run(signal: AbortSignal): Promise<number> {
    let written = await this.#listForgotten(signal);
    const tree = await this.#collections.trees.findOne({ _id: 'tree' });
    for (const task of tree?.relist ?? []) {
      if (signal.aborted || !tree) break;
      const path = pathTo(new Map(tree.categories.map((category) => [category.slug, category])), task.slug) ?? [];
      written += await this.#relist(task.slug, path, signal);
      if (task.at < this.#settledBefore() && !signal.aborted) await this.#finish(task);
    }
    return written;
  }

  #settledBefore(): Date {
    return new Date(this.#clock.now().getTime() - settledMs);
  }

  async #listForgotten(signal: AbortSignal): Promise<number> {
    for (let written = 0; ;) {
      const forgotten = await this.#collections.products
        .find({ unlistedSince: { $lt: this.#settledBefore() } })
        .limit(batchSize)
        .hint('unlisted')
        .toArray();
      if (forgotten.length === 0 || signal.aborted) return written;
      const tree = await this.#categories.read();
      const placed = forgotten
        .map(toProduct)
        .map((product) => ({ product, path: pathTo(tree, product.category) ?? [] }));
      await this.#entries.write(placed);
      written += placed.length;
    }
  }

  async #relist(category: string, path: readonly NewCategory[], signal: AbortSignal): Promise<number> {
    const { products, entries } = this.#collections;
    let written = 0;
    for (let after = ''; !signal.aborted;) {
      const outdated = await entries
        .find({ category, _id: { $gt: after }, branch: { $ne: branchOf(path) } }, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(batchSize)
        .hint('category')
        .toArray();
      const ids = outdated.map(({ _id }) => _id);
      for (const document of await products.find({ _id: { $in: ids }, category }).toArray())
        written += await this.#writeAgain(document, path);
      if (ids.length < batchSize) return written;
      after = ids.at(-1) ?? '';
    }
    return written;
  }

  async #writeAgain(document: ProductDocument, path: readonly NewCategory[]): Promise<number> {
    const { _id, version } = document;
    const product = { ...toProduct(document), version: version + 1, updatedAt: this.#clock.now() };
    const { matchedCount } = await this.#collections.products.replaceOne(
      { _id, version },
      this.#entries.unlisted(product),
    );
    if (matchedCount === 1) await this.#entries.write([{ product, path }]);
    return matchedCount;
  }

  /** Unless the tree was changed again meanwhile: then the newer task stays. */
  async #finish({ slug, revision }: TreeDocument['relist'][number]): Promise<void> {
    const { trees } = this.#collections;
    const tree = await trees.findOne({ _id: 'tree' });
    if (!tree) return;
    const relist = tree.relist.filter((task) => task.slug !== slug || task.revision !== revision);
    await trees.replaceOne({ _id: 'tree', revision: tree.revision }, { ...tree, revision: tree.revision + 1, relist });
  }
}
