import { ofThisFormat } from '../../domain/listing/listing-entry.ts';
import { collectionsOf } from '../documents.ts';
import type { Migration } from './index.ts';

const never = new Date(0);

/** Asks the running service to make what lists know of products: where there is nothing, or an earlier release made it otherwise. */
export async function listAnew({ db, log }: Migration): Promise<void> {
  const { products, entries, trees } = collectionsOf(db);
  if (!(await entries.findOne({}, { projection: { _id: 1 } })))
    await products.updateMany({ status: 'published' }, { $set: { unlistedSince: never } });
  const outdated = await entries.findOne(
    { slug: { $gt: '' }, branch: { $not: new RegExp(`^${ofThisFormat}`) } },
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
