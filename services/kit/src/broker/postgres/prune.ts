import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Worker } from '../../http/service.ts';
import type { Log } from '../../log.ts';
import type { Shards } from '../../postgres/index.ts';
import { ms, type Duration } from '../../time.ts';
import type { MessagingTables } from './tables.ts';

export type PruneOptions<Tables extends MessagingTables> = {
  shards: Pick<Shards<Tables>, 'all'>;
  log: Log;
  /** Sent events stay for who looks for them. */
  keepSent?: Duration;
  /** Longer than a dead letter may wait for its replay: after that it would take effect twice. */
  keepReceived?: Duration;
  every?: Duration;
};

const batch = 1_000;

/** Deletes what outbox and inbox no longer need, in small transactions. Several instances may do so at once. */
export function createPrune<Tables extends MessagingTables>(options: PruneOptions<Tables>): Worker {
  const { shards, log, keepSent = '1d', keepReceived = '14d', every = '10m' } = options;
  const stopping = new AbortController();
  let running = Promise.resolve();

  async function run(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      // Not all instances at once, and not at the start of them all.
      await pause(ms(every) * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      for (const { name, db } of shards.all())
        await prune(db as unknown as Kysely<MessagingTables>, { keepSent, keepReceived, signal }).catch(
          (error: unknown) => log.warn({ error, shard: name }, 'pruning failed, will try again'),
        );
    }
  }

  return {
    start: () => void (running = run()),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Answers how many rows went. */
export async function prune(
  db: Kysely<MessagingTables>,
  { keepSent, keepReceived, signal }: { keepSent: Duration; keepReceived: Duration; signal?: AbortSignal },
): Promise<number> {
  let deleted = 0;
  for (const query of [pruneOutboxQuery(keepSent), pruneInboxQuery(keepReceived)])
    for (let rows = batch; rows === batch && !signal?.aborted; deleted += rows)
      rows = Number((await query.execute(db)).numAffectedRows ?? 0);
  return deleted;
}

export function pruneOutboxQuery(keep: Duration): RawBuilder<unknown> {
  return sql`WITH old AS MATERIALIZED (
      SELECT bucket, id FROM outbox WHERE sent_at < now() - ${ms(keep)} * interval '1 millisecond'
      ORDER BY sent_at LIMIT ${sql.lit(batch)} FOR UPDATE SKIP LOCKED)
    DELETE FROM outbox USING old WHERE outbox.bucket = old.bucket AND outbox.id = old.id`;
}

export function pruneInboxQuery(keep: Duration): RawBuilder<unknown> {
  return sql`WITH old AS MATERIALIZED (
      SELECT bucket, consumer, message_id FROM inbox WHERE received_at < now() - ${ms(keep)} * interval '1 millisecond'
      ORDER BY received_at LIMIT ${sql.lit(batch)} FOR UPDATE SKIP LOCKED)
    DELETE FROM inbox USING old
    WHERE inbox.bucket = old.bucket AND inbox.consumer = old.consumer AND inbox.message_id = old.message_id`;
}
