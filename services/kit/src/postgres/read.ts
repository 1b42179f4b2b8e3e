import type { Kysely } from 'kysely';
import { BucketGuard } from './buckets/bucket-guard.ts';
import { lsnOf, type Position } from './replicas/position.ts';
import type { Replicas } from './replicas/replicas.ts';
import type { Server } from './server.ts';
import { failureOf, isStoreFailure } from './sql-errors.ts';

export type ConnectedShard<Tables> = {
  readonly name: string;
  readonly primary: Server<Tables>;
  readonly replicas: Replicas<Tables>;
  /** All of them. */
  readonly servers: readonly Server<Tables>[];
  close(): Promise<void>;
};

/** The primary, unless it may be a replica: one that lags less than 2 s and, with `after`, has seen what was committed before. */
export type ReadOptions = { from?: 'primary' | 'replica'; after?: Position | undefined };

type Read<Tables, Result> = (db: Kysely<Tables>) => Promise<Result>;

/** Reads one bucket of a shard; where a replica fails, the primary is asked. */
export async function readFrom<Tables, Result>(
  shard: ConnectedShard<Tables>,
  bucket: number,
  work: Read<Tables, Result>,
  { from = 'primary', after }: ReadOptions = {},
): Promise<Result> {
  const replica = from === 'replica' ? await replicaFor(shard, after) : undefined;
  if (!replica) return ask(shard.primary, bucket, work);
  return ask(replica, bucket, work).catch((error: unknown) => {
    if (!isStoreFailure(error)) throw error;
    // It also cancels what stands in the way of its replaying, and is well nevertheless: the next sample tells.
    shard.replicas.eject(replica);
    return ask(shard.primary, bucket, work);
  });
}

/** A position of another shard says nothing about this one: the bucket has moved since. */
async function replicaFor<Tables>(
  { name, replicas }: ConnectedShard<Tables>,
  after: Position | undefined,
): Promise<Server<Tables> | undefined> {
  if (after && after.shard !== name) return undefined;
  return replicas.pick(after && lsnOf(after.lsn));
}

function ask<Tables, Result>({ db }: Server<Tables>, bucket: number, work: Read<Tables, Result>): Promise<Result> {
  return work(db.withPlugin(new BucketGuard(bucket))).catch((error: unknown) => {
    throw failureOf(error);
  });
}
