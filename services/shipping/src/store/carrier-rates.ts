import { bucketOf, type Shards } from '@storefront/kit/postgres';
import { sql, type Kysely } from 'kysely';
import type { Rate } from '../domain/carrier.ts';
import type { Tables } from './tables.ts';

export type KeptRates = { rates: readonly Rate[]; askedAt: Date };

/** What carriers asked last, for all instances. */
export type CarrierRates = {
  find(key: string): Promise<KeptRates | undefined>;
  keep(key: string, kept: KeptRates): Promise<void>;
  /** Deletes what was asked before, on every shard that can be reached; `onError` hears of the others. */
  prune(before: Date, options: PruneOptions): Promise<void>;
};

export type PruneOptions = { signal: AbortSignal; onError: (shard: string, error: unknown) => void };

/** Few enough to be deleted in a moment. */
const batch = 1_000;

/** By the hash of what was asked for: a bucket like any other, so that it moves with its shard's. */
export function postgresCarrierRates(shards: Pick<Shards<Tables>, 'withBucket' | 'read' | 'all'>): CarrierRates {
  return {
    async find(key) {
      const row = await shards.read(bucketOf(key), (db) => selectRates(db, key).executeTakeFirst());
      return row && { rates: row.rates.items, askedAt: row.asked_at };
    },
    async keep(key, { rates, askedAt }) {
      const bucket = bucketOf(key);
      const kept = { rates: { items: rates }, asked_at: askedAt };
      await shards.withBucket(bucket, (tx) =>
        tx.commitWith(
          tx
            .insertInto('carrier_rates')
            .values({ bucket, key, ...kept })
            .onConflict((conflict) => conflict.columns(['bucket', 'key']).doUpdateSet(kept)),
        ),
      );
    },
    async prune(before, { signal, onError }) {
      const pruned = shards
        .all()
        .map(({ name, db }) => pruneShard(db, before, signal).catch((error: unknown) => onError(name, error)));
      await Promise.all(pruned);
    },
  };
}

async function pruneShard(db: Kysely<Tables>, before: Date, signal: AbortSignal): Promise<void> {
  for (let count = batch; count >= batch && !signal.aborted;)
    count = Number((await pruneRatesQuery(before).execute(db)).numAffectedRows ?? 0);
}

export const selectRates = (db: Kysely<Tables>, key: string) =>
  db
    .selectFrom('carrier_rates')
    .select(['rates', 'asked_at'])
    .where('bucket', '=', bucketOf(key))
    .where('key', '=', key);

/** Whosever bucket it is: what is old is of use to nobody. */
export const pruneRatesQuery = (before: Date) =>
  sql`DELETE FROM carrier_rates USING (
      SELECT bucket, key FROM carrier_rates WHERE asked_at < ${before} LIMIT ${sql.lit(batch)}) AS old
    WHERE carrier_rates.bucket = old.bucket AND carrier_rates.key = old.key`;
