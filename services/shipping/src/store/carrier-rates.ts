import { bucketOf, type Shards } from '@storefront/kit/postgres';
import { sql, type Kysely } from 'kysely';
import type { Rate } from '../domain/carrier.ts';
import type { Tables } from './tables.ts';

export type KeptRates = { rates: readonly Rate[]; askedAt: Date };

/** What carriers asked last, for all instances. */
export type CarrierRates = {
  find(key: string): Promise<KeptRates | undefined>;
  keep(key: string, kept: KeptRates): Promise<void>;
  /** Deletes what was asked before; answers how many. */
  prune(before: Date): Promise<number>;
};

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
        tx
          .insertInto('carrier_rates')
          .values({ bucket, key, ...kept })
          .onConflict((conflict) => conflict.columns(['bucket', 'key']).doUpdateSet(kept))
          .execute(),
      );
    },
    async prune(before) {
      const pruned = shards.all().map(({ db }) => pruneRatesQuery(before).execute(db));
      return (await Promise.all(pruned)).reduce((sum, { numAffectedRows }) => sum + Number(numAffectedRows ?? 0), 0);
    },
  };
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
      SELECT bucket, key FROM carrier_rates WHERE asked_at < ${before} LIMIT 1000) AS old
    WHERE carrier_rates.bucket = old.bucket AND carrier_rates.key = old.key`;
