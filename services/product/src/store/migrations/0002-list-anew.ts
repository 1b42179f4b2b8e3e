import { everything, ofThisFormat } from '../../domain/listing/listing-entry.ts';
import { collectionsOf } from '../documents.ts';
import type { Migration } from './index.ts';

/** Asks the running service to make again what lists know of products, where an earlier release made it otherwise. */
export async function listAnew({ db, log }: Migration): Promise<void> {
  const { products, trees } = collectionsOf(db);
  const outdated = await products.findOne(
    { 'shelf.level0': everything, 'listed.branch': { $not: new RegExp(`^${ofThisFormat}`) } },
    { projection: { _id: 1 }, hint: 'sitemap' },
  );
  if (!outdated) return;
  for (let isSaved = false; !isSaved;) {
    const tree = await trees.findOne({ _id: 'tree' });
    if (!tree) return;
    const [revision, at] = [tree.revision + 1, new Date()];
    const relist = tree.categories.map(({ slug }) => ({ slug, revision, at }));
    const { matchedCount } = await trees.replaceOne(
      { _id: 'tree', revision: tree.revision },
      { ...tree, revision, relist },
    );
    isSaved = matchedCount === 1;
  }
  log.info('the products will be listed anew');
}
