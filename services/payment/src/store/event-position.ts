import { randomUUID } from 'node:crypto';
import { bucketOf, type Shards } from '@storefront/kit/postgres';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { leaseLost } from '../domain/errors.ts';
import type { Tables } from './tables.ts';

/** How far Stripe's list of events has been read, in Unix seconds of its clock; one process at a time reads on. */
export type EventPosition = {
  /** Undefined while somebody else reads, or when somebody did within `everyMs`. `start` is where the first one of all begins. */
  lease(options: { start: number; everyMs: number }): Promise<{ token: string; position: number } | undefined>;
  /** Throws `lease-lost` when somebody else has taken over. */
  hold(token: string): Promise<void>;
  /** Gives the lease back, with what has been read by now; without a position all of it is to be read again. */
  release(token: string, position?: number): Promise<void>;
};

/** Longer than a page of events takes; whoever reads many pages holds it in between. */
const leaseSeconds = 120;
const name = 'events';
/** One row for the whole shop, on whichever shard. */
const bucket = bucketOf(name);

const until = sql<Date>`now() + ${sql.lit(leaseSeconds)} * interval '1 second'`;

export function postgresEventPosition(shards: Shards<Tables>): EventPosition {
  return {
    lease: ({ start, everyMs }) =>
      shards.withBucket(bucket, async (tx) => {
        const token = randomUUID();
        const row = await tx
          .insertInto('event_position')
          .values({ bucket, name, position: start, lease: token, leased_until: until })
          .onConflict((conflict) =>
            conflict.columns(['bucket', 'name']).doUpdateSet({ lease: token, leased_until: until })
              .where(sql<boolean>`(event_position.lease is null or event_position.leased_until < now())
                and (event_position.read_at is null or event_position.read_at < now() - ${everyMs} * interval '1 millisecond')`),
          )
          .returning('position')
          .executeTakeFirst();
        return row && { token, position: row.position };
      }),
    hold: (token) => shards.withBucket(bucket, (tx) => change(tx, token, { leased_until: until })),
    release: (token, position) =>
      shards.withBucket(bucket, (tx) => {
        const read = position === undefined ? {} : { position, read_at: sql<Date>`now()` };
        return change(tx, token, { ...read, lease: null, leased_until: null });
      }),
  };
}

type Values = { position?: number; read_at?: RawBuilder<Date>; lease?: null; leased_until: RawBuilder<Date> | null };

async function change(tx: Kysely<Tables>, token: string, values: Values): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('event_position')
    .set(values)
    .where('bucket', '=', bucket)
    .where('name', '=', name)
    .where('lease', '=', token)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw leaseLost();
}
