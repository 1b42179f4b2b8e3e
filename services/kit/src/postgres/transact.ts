import type { Kysely, Transaction } from 'kysely';
import { ServiceError, unavailable } from '../errors.ts';
import type { BucketMap, Owner } from './buckets/bucket-map.ts';
import { Fence, Fenced } from './buckets/fence.ts';
import { commitWith, type Write } from './commit-with.ts';
import type { Server } from './server.ts';
import { failureOf, isRepeatable, isStoreFailure } from './sql-errors.ts';

/** A transaction of one bucket: its statements must carry that bucket, and it commits only on the bucket's owner. */
export type BucketTransaction<Tables> = Transaction<Tables> & { readonly bucket: number };

/** The same for who has begun it. */
export type OwnTransaction<Tables> = BucketTransaction<Tables> & {
  /**
   * Runs the transaction's last statement and commits with it, in one round trip; one that is the first too commits by itself. False when
   * it wrote no row of its own table: then nothing of the transaction is kept.
   */
  readonly commitWith: (write: Write) => Promise<boolean>;
};

type Work<Tables, Result> = (tx: OwnTransaction<Tables>) => Promise<Result>;
type Routing<Tables> = { map: BucketMap; servers: ReadonlyMap<string, Server<Tables>> };
/** Where the bucket is, as far as is known. */
type Place<Tables> = { bucket: number; epoch: number; server: Server<Tables> };

/**
 * Runs the work on the bucket's owner: again, once, after the map turned out to be stale, and again, once, after a deadlock or
 * a serialization failure.
 */
export async function transact<Tables, Result>(
  bucket: number,
  work: Work<Tables, Result>,
  routing: Routing<Tables>,
): Promise<Result> {
  const tried = new Set<string>();
  let place = await placeOf(bucket, routing);
  for (;;) {
    try {
      return await runOn(place, work);
    } catch (error) {
      const reason = error instanceof Fenced ? 'fenced' : isRepeatable(error) ? 'repeatable' : undefined;
      if (reason === undefined || tried.has(reason)) throw error instanceof Fenced ? moving(error) : failureOf(error);
      tried.add(reason);
      if (reason === 'fenced') place = await placeAfterMove(bucket, routing);
    }
  }
}

async function placeOf<Tables>(bucket: number, routing: Routing<Tables>): Promise<Place<Tables>> {
  const owner = await routing.map.ownerOf(bucket);
  if (owner?.mode === 'ro') return placeAfterMove(bucket, routing);
  return withServer(bucket, owner, routing);
}

async function placeAfterMove<Tables>(bucket: number, routing: Routing<Tables>): Promise<Place<Tables>> {
  const owner = await routing.map.writableOwnerOf(bucket);
  if (!owner) throw moving();
  return withServer(bucket, owner, routing);
}

function withServer<Tables>(bucket: number, owner: Owner | undefined, { servers }: Routing<Tables>): Place<Tables> {
  const server = servers.get(owner?.shard ?? '');
  if (!owner || !server) throw unknownOwner();
  return { bucket, epoch: owner.epoch, server };
}

function runOn<Tables, Result>(
  { bucket, epoch, server: { db } }: Place<Tables>,
  work: Work<Tables, Result>,
): Promise<Result> {
  const fence = new Fence(bucket, epoch);
  return db
    .withPlugin(fence)
    .transaction()
    .execute(async (tx) => {
      try {
        const result = await work(Object.assign(tx, { bucket, commitWith: endingOf(tx, fence) }));
        await fence.hold(tx);
        return result;
      } catch (error) {
        if (fence.hasRefused(error)) throw new Fenced('fenced', { cause: error });
        // A refusal for what this shard has or has not ("no such order") counts only if the bucket is its own.
        if (error instanceof ServiceError && !isStoreFailure(error)) await fence.hold(tx).catch(throwFenced);
        throw error;
      }
    });
}

const endingOf =
  <Tables>(tx: Kysely<Tables>, fence: Fence) =>
  async (write: Write): Promise<boolean> => {
    let isWritten = false;
    try {
      isWritten = await commitWith(tx, write);
    } finally {
      fence.ended(isWritten);
    }
    // Perhaps only because the bucket is another's.
    await fence.hold(tx);
    return isWritten;
  };

/** Any other failure is of a transaction that has failed already. */
function throwFenced(error: unknown): void {
  if (error instanceof Fenced) throw error;
}

export function unknownOwner(): ServiceError {
  return unavailable('store-unavailable', 'A store of this service is not available now.');
}

function moving(cause?: unknown): ServiceError {
  return unavailable('bucket-moving', 'A part of this service’s store is being moved.', { cause });
}
