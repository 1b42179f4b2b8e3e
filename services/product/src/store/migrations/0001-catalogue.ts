import { entryIndexes, productIndexes } from '../lists/indexes.ts';
import { createCollections, createIndexes } from './collections.ts';
import type { Migration } from './index.ts';

const byId = { _id: 'hashed' };

/** Collections, the indexes that every query uses, and hashed shard keys where the server shards. */
export async function createCatalogue(migration: Migration): Promise<void> {
  await createCollections(migration, { products: byId, entries: byId, claims: byId, categories: null });
  await createIndexes(migration, 'products', productIndexes);
  await createIndexes(migration, 'entries', entryIndexes(migration.currencies));
}
