import type { Clock } from '@storefront/kit/time';
import type { NewCategory } from '../contract.ts';
import { pathTo } from '../domain/categories.ts';
import { branchOf } from '../domain/listing/listing-entry.ts';
import { toDocument, toProduct, type Collections, type TreeDocument } from './documents.ts';

/** After a category was renamed or moved, what lists show of the products below it is made again. */
export type Relisting = {
  /** Works on until nothing is left or `signal` aborts; answers how many products it wrote. */
  run(signal: AbortSignal): Promise<number>;
};

const batchSize = 200;
/** Longer than a write may take: one that began with the old tree has landed by then and is found by the last look. */
const settledMs = 15_000;

export function mongoRelisting({ products, trees }: Collections, clock: Clock): Relisting {
  async function run(signal: AbortSignal): Promise<number> {
    let written = 0;
    const tree = await trees.findOne({ _id: 'tree' });
    for (const task of tree?.relist ?? []) {
      if (signal.aborted || !tree) break;
      const path = pathTo(new Map(tree.categories.map((category) => [category.slug, category])), task.slug) ?? [];
      written += await relist(task.slug, path, signal);
      if (clock.now().getTime() - task.at.getTime() > settledMs && !signal.aborted) await finish(task);
    }
    return written;
  }

  async function relist(category: string, path: readonly NewCategory[], signal: AbortSignal): Promise<number> {
    let written = 0;
    for (let after = ''; !signal.aborted;) {
      const found = await products
        .find({ category, _id: { $gt: after }, 'listed.branch': { $exists: true, $ne: branchOf(path) } })
        .sort({ _id: 1 })
        .limit(batchSize)
        .hint('category')
        .toArray();
      for (const document of found) {
        const product = toProduct(document);
        const next = toDocument({ ...product, version: product.version + 1, updatedAt: clock.now() }, path);
        const { matchedCount } = await products.replaceOne({ _id: document._id, version: document.version }, next);
        written += matchedCount;
      }
      if (found.length < batchSize) return written;
      after = found.at(-1)?._id ?? '';
    }
    return written;
  }

  /** Unless the tree was changed again meanwhile: then the newer task stays. */
  async function finish({ slug, revision }: TreeDocument['relist'][number]): Promise<void> {
    const tree = await trees.findOne({ _id: 'tree' });
    if (!tree) return;
    const relist = tree.relist.filter((task) => task.slug !== slug || task.revision !== revision);
    await trees.replaceOne({ _id: 'tree', revision: tree.revision }, { ...tree, revision: tree.revision + 1, relist });
  }

  return { run };
}
