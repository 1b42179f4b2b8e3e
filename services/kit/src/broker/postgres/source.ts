import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { toMessage } from '../envelope.ts';
import { leaseMs, type Leased, type OutboxSource, type Settled } from '../relay.ts';
import type { MessagingTables, OutboxRow } from './tables.ts';

type Key = Pick<OutboxRow, 'bucket' | 'id'>;
type Row = Pick<OutboxRow, 'bucket' | 'id' | 'seq' | 'type' | 'aggregateid' | 'payload' | 'headers' | 'created_at'>;
type Db = Kysely<MessagingTables>;

/**
 * The outbox of one database. Without a cursor: sequence numbers are taken before the commit, so one would skip what is
 * committed late. The order within a bucket is kept, unless something could not be sent: what follows passes it. Rows of a
 * bucket that is fenced, or that has moved, are sent from here all the same.
 */
export function postgresOutbox({ name, db, source }: { name: string; db: Db; source: string }): OutboxSource<Key> {
  return {
    name,
    async lease(limit) {
      // Without a star: only such statements are prepared.
      const query = sql<Row>`SELECT bucket, id, seq, type, aggregateid, payload, headers, created_at
        FROM lease_outbox(${randomUUID()}, ${limit}, ${leaseMs})`;
      const { rows } = await query.execute(db);
      return rows.toSorted((a, b) => Number(a.seq) - Number(b.seq)).map((row) => leased(row, source));
    },
    settle: (items) => settle(db, items),
  };
}

function leased({ bucket, id, type, aggregateid, payload, headers, created_at }: Row, source: string): Leased<Key> {
  const event = { id, type, subject: aggregateid, data: payload, ...headers };
  return { item: { bucket, id }, message: toMessage(event, { source, time: created_at }), since: created_at };
}

async function settle(db: Db, items: readonly Settled<Key>[]): Promise<void> {
  const sent = items.filter(({ publication }) => publication === 'confirmed');
  const refused = items.filter(({ publication }) => publication === 'returned' || publication === 'nacked');
  const lost = items.filter(({ publication }) => publication === 'unconfirmed');
  if (sent.length > 0) await markQuery(sent, sql`sent_at = now(), lease = NULL, leased_until = NULL`).execute(db);
  if (refused.length > 0) await markQuery(refused, sql`lease = NULL, leased_until = now() + ${backOff}`).execute(db);
  if (lost.length > 0) await markQuery(lost, sql`lease = NULL, leased_until = NULL`).execute(db);
}

/** 2 s after the first attempt, at most a minute. */
const backOff = sql`least(power(2, least(attempts, 6)), 60) * interval '1 second'`;
/** What a crash of the server forgets of this is sent again: it need not wait for its disk or its standby. */
const quick = sql`(SELECT set_config('synchronous_commit', 'off', true)) AS quick`;

export function markQuery(items: readonly Settled<Key>[], change: RawBuilder<unknown>): RawBuilder<unknown> {
  const buckets = items.map(({ item }) => item.bucket);
  const ids = items.map(({ item }) => item.id);
  return sql`UPDATE outbox SET ${change}
    FROM unnest(${buckets}::smallint[], ${ids}::uuid[]) AS done (bucket, id), ${quick}
    WHERE outbox.bucket = done.bucket AND outbox.id = done.id AND sent_at IS NULL`;
}
