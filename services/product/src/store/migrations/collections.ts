import { MongoServerError, type Document, type IndexDescription } from 'mongodb';
import type { Migration } from './index.ts';

/** On a full catalogue an index takes its time. */
const indexTimeoutMs = 600_000;
const cannotShard = new Set<unknown>([59, 115]);

/** Collections by their shard keys, where the server shards; null is one that stays whole. */
export async function createCollections(
  { db, client, log }: Migration,
  shardKeys: Readonly<Record<string, Document | null>>,
): Promise<void> {
  const existing = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  for (const name of Object.keys(shardKeys))
    if (!existing.has(name)) await db.createCollection(name).catch(ignoreExists);

  const admin = client.db('admin');
  try {
    await admin.command({ enableSharding: db.databaseName });
    for (const [name, key] of Object.entries(shardKeys))
      if (key) await admin.command({ shardCollection: `${db.databaseName}.${name}`, key });
  } catch (error) {
    if (!(error instanceof MongoServerError) || !cannotShard.has(error.code)) throw error;
    log.info({ code: error.code }, 'this server does not shard: the collections stay whole');
  }
}

export async function createIndexes({ db }: Migration, name: string, indexes: readonly IndexDescription[]) {
  for (const index of indexes) await db.collection(name).createIndexes([index], { timeoutMS: indexTimeoutMs });
}

/** Another migration was first. */
function ignoreExists(error: unknown): void {
  if (!(error instanceof MongoServerError) || error.code !== 48) throw error;
}
