import { MongoServerError } from 'mongodb';
import { entryIndexes, productIndexes } from '../lists/indexes.ts';
import type { Migration } from './index.ts';

const sharded = ['products', 'entries', 'claims'];
/** On a full catalogue an index takes its time. */
const indexTimeoutMs = 600_000;
const cannotShard = new Set<unknown>([59, 115]);

/** Collections, the indexes that every query uses, and hashed shard keys where the server shards. */
export async function createCatalogue({ db, client, currencies, log }: Migration): Promise<void> {
  const existing = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  for (const name of [...sharded, 'categories'])
    if (!existing.has(name)) await db.createCollection(name).catch(ignoreExists);

  const admin = client.db('admin');
  try {
    await admin.command({ enableSharding: db.databaseName });
    for (const name of sharded)
      await admin.command({ shardCollection: `${db.databaseName}.${name}`, key: { _id: 'hashed' } });
  } catch (error) {
    if (!(error instanceof MongoServerError) || !cannotShard.has(error.code)) throw error;
    log.info({ code: error.code }, 'this server does not shard: the collections stay whole');
  }

  for (const [name, indexes] of [['products', productIndexes] as const, ['entries', entryIndexes(currencies)] as const])
    for (const index of indexes) await db.collection(name).createIndexes([index], { timeoutMS: indexTimeoutMs });
}

/** Another migration was first. */
function ignoreExists(error: unknown): void {
  if (!(error instanceof MongoServerError) || error.code !== 48) throw error;
}
