import { bucketOfOrderId, OrderId } from '@storefront/commerce/order-ids';
import { bucketOf, type Shards } from '@storefront/kit/postgres';
import { sql, type Kysely } from 'kysely';
import type { PaymentStatus } from '../contract.ts';
import { isKnown } from '../domain/payment.ts';
import type { ProviderEvent } from '../domain/provider.ts';
import { askEachShard, type OnLostShard } from './each-shard.ts';
import type { Tables, UnmatchedReason } from './tables.ts';

/** Which of Stripe's events have been seen, which belong to nobody, and how far their list has been read. */
export type Events = {
  isSeen(orderId: string, eventId: string): Promise<boolean>;
  /**
   * Those of a page that were not seen and that the payment does not know of by itself; among them are those of which the order is not
   * known yet, and those of a shard that cannot be asked.
   */
  unseen(events: readonly ProviderEvent[], onLost: OnLostShard): Promise<ProviderEvent[]>;
  /** Keeps an event that belongs to nobody; false when it is kept already. Only of an unknown order it makes sense to try again. */
  park(event: ProviderEvent, why: { reason: UnmatchedReason; orderId?: string }): Promise<boolean>;
  /** Those that are due to be tried again, on every shard that can be reached. */
  parked(limit: number, onLost: OnLostShard): Promise<ParkedEvent[]>;
  unpark(event: ParkedEvent): Promise<void>;
  /**
   * Forgets what Stripe's list no longer shows (30 days), so that it cannot come again, and what belonged to nobody for half a year: a
   * dispute is over by then. At most 1,000 of each on each shard; answers how many.
   */
  prune(onLost: OnLostShard): Promise<number>;
};
export type ParkedEvent = { bucket: number; event: ProviderEvent };

export function postgresEvents(shards: Shards<Tables>): Events {
  return {
    isSeen(orderId, eventId) {
      const bucket = bucketOfOrderId(orderId);
      return shards.read(bucket, async (db) => (await seenQuery(db, bucket, eventId).executeTakeFirst()) !== undefined);
    },
    async unseen(events, onLost) {
      const routed = events.flatMap(({ id, orderId }) => {
        const order = OrderId.safeParse(orderId).data;
        return order === undefined ? [] : [{ id, bucket: bucketOfOrderId(order), orderId: order }];
      });
      const found = await askEachShard(shards, (db) => seenAmongQuery(routed).execute(db), onLost);
      const rows = Map.groupBy(
        found.flatMap((one) => one.rows),
        ({ event_id: id }) => id,
      );
      const isNews = (event: ProviderEvent) => !rows.get(event.id)?.some((row) => row.is_seen || isKnownBy(row, event));
      return events.filter(isNews);
    },
    park(event, { reason, orderId }) {
      const bucket = orderId === undefined ? bucketOf(event.id) : bucketOfOrderId(orderId);
      return shards.withBucket(bucket, (tx) => park(tx, bucket, { event, reason }));
    },
    async parked(limit, onLost) {
      const found = await askEachShard(shards, (db) => parkedQuery(limit).execute(db), onLost);
      return found.flatMap(({ rows }) => rows);
    },
    unpark: ({ bucket, event }) =>
      shards.withBucket(bucket, async (tx) => {
        await tx.deleteFrom('unmatched_event').where('bucket', '=', bucket).where('event_id', '=', event.id).execute();
      }),
    async prune(onLost) {
      const pruned = [pruneQuery, pruneUnmatchedQuery].map((query) =>
        askEachShard(shards, (db) => query.execute(db), onLost),
      );
      const counts = (await Promise.all(pruned)).flat().map(({ numAffectedRows }) => Number(numAffectedRows ?? 0));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

export const seenQuery = (db: Kysely<Tables>, bucket: number, eventId: string) =>
  db.selectFrom('stripe_event').select('event_id').where('bucket', '=', bucket).where('event_id', '=', eventId);

type Seen = { event_id: string; is_seen: boolean } & (Known | Record<keyof Known, null>);
type Known = { status: PaymentStatus; in_doubt: boolean; intent_id: string | null };

/** What a shard knows of each: the event itself, or the payment that it is about. */
export const seenAmongQuery = (events: readonly { id: string; bucket: number; orderId: string }[]) => sql<Seen>`
  select given.event_id, e.event_id is not null as is_seen, p.status, p.in_doubt, p.intent_id
  from unnest(${events.map(({ bucket }) => bucket)}::smallint[], ${events.map(({ id }) => id)}::text[],
    ${events.map(({ orderId }) => orderId)}::uuid[]) as given (bucket, event_id, order_id)
  left join stripe_event e on e.bucket = given.bucket and e.event_id = given.event_id
  left join payment p on p.bucket = given.bucket and p.order_id = given.order_id
  where e.event_id is not null or p.order_id is not null`;

/** A row of a bucket that has moved away may be old: then it knows less, never more. */
const isKnownBy = ({ status, in_doubt: isInDoubt, intent_id: intentId }: Seen, event: ProviderEvent): boolean =>
  status !== null && isKnown({ status, isInDoubt, intentId }, event);

async function park(
  tx: Kysely<Tables>,
  bucket: number,
  { event, reason }: { event: ProviderEvent; reason: UnmatchedReason },
): Promise<boolean> {
  const isWaiting = reason === 'unknown-order';
  const row = await tx
    .insertInto('unmatched_event')
    .values({
      bucket,
      event_id: event.id,
      type: event.type,
      reason,
      event,
      retry_at: isWaiting ? sql<Date>`now()` : null,
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'event_id']).doUpdateSet({
        tries: sql<number>`unmatched_event.tries + 1`,
        retry_at: isWaiting
          ? sql<Date>`now() + least(power(2, least(unmatched_event.tries, 6)), 60) * interval '1 minute'`
          : null,
      }),
    )
    .returning('tries')
    .executeTakeFirst();
  return row?.tries === 0;
}

/** Only in buckets that the shard may write. */
export const parkedQuery = (limit: number) => sql<ParkedEvent>`
  select u.bucket, u.event from unmatched_event u join routing.bucket_owner o on o.bucket = u.bucket and o.mode = 'rw'
  where u.retry_at < now() order by u.retry_at limit ${limit}`;

/** How many are forgotten at once. */
export const pruneBatch = 1_000;

/** Locked against the mover of buckets as a transaction of `withBucket` is. */
export const pruneQuery = sql`
  with old as (
    select e.bucket, e.event_id from stripe_event e
    join routing.bucket_owner o on o.bucket = e.bucket and o.mode = 'rw'
    where e.seen_at < now() - interval '35 days' limit ${sql.lit(pruneBatch)} for update of e skip locked for share of o)
  delete from stripe_event e using old where (e.bucket, e.event_id) = (old.bucket, old.event_id)`;

export const pruneUnmatchedQuery = sql`
  with old as (
    select u.bucket, u.event_id from unmatched_event u
    join routing.bucket_owner o on o.bucket = u.bucket and o.mode = 'rw'
    where u.received_at < now() - interval '180 days' limit ${sql.lit(pruneBatch)}
    for update of u skip locked for share of o)
  delete from unmatched_event using old where (unmatched_event.bucket, unmatched_event.event_id) = (old.bucket, old.event_id)`;
