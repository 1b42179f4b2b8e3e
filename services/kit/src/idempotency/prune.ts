import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Worker } from '../http/service.ts';
import type { Log } from '../log.ts';
import type { Shard } from '../postgres/shards.ts';
import { ms, type Duration } from '../time.ts';

const batch = 500;

/**
 * Forgets old answers, shard by shard and in small batches: after 48 hours what was answered, after 30 days also that it was. Only in
 * buckets that the shard may write, and never while they are on their way to another.
 */
export function pruneKeys<Tables>(
  shards: { all(): readonly Shard<Tables>[] },
  { log, every = '10m' }: PruneOptions,
): Worker {
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const prune = async () => {
    for (const { name, db } of shards.all())
      for (const step of [forgetAnswers, forgetKeys]) {
        let count = batch;
        while (count === batch && !isStopped) count = await step(db).catch(failed(name));
      }
  };
  const failed = (store: string) => (error: unknown) => {
    log.warn({ error, store }, 'old idempotency keys could not be removed');
    return 0;
  };
  return {
    start() {
      timer = setInterval(() => {
        running = running.then(prune);
      }, ms(every)).unref();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

export type PruneOptions = { log: Log; every?: Duration };

/** Locked against the mover of buckets as a transaction of `withBucket` is; what another process prunes is left to it. */
const chosen = (condition: RawBuilder<unknown>) => sql`
  select k.bucket, k.scope, k.key from idempotency k join routing.bucket_owner o on o.bucket = k.bucket and o.mode = 'rw'
  where ${condition} limit ${sql.lit(batch)} for update of k skip locked for share of o`;

async function forgetAnswers(db: QueryExecutorProvider): Promise<number> {
  const old = chosen(sql`k.status <> 'expired' and k.created_at < now() - interval '48 hours'`);
  const { numAffectedRows } = await sql`with old as (${old})
    update idempotency k set status = 'expired', response_headers = null, response_body = null
    from old where (k.bucket, k.scope, k.key) = (old.bucket, old.scope, old.key)`.execute(db);
  return Number(numAffectedRows);
}

async function forgetKeys(db: QueryExecutorProvider): Promise<number> {
  const old = chosen(sql`k.status = 'expired' and k.created_at < now() - interval '30 days'`);
  const { numAffectedRows } = await sql`with old as (${old})
    delete from idempotency k using old where (k.bucket, k.scope, k.key) = (old.bucket, old.scope, old.key)`.execute(
    db,
  );
  return Number(numAffectedRows);
}
