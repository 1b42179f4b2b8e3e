import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { bucketCount } from './bucket.ts';
import type { AnyServer } from '../server.ts';

/** Who has a bucket. While it is moved, its owner is `ro`; the epoch rises with every move. */
export type Owner = { readonly shard: string; readonly epoch: number; readonly mode: 'rw' | 'ro' };
/** Neighbouring buckets of one shard, both ends included. */
type Range = { first: number; last: number; epoch: number; mode: Owner['mode'] };

/** A shard that has not said by then what it has keeps nobody waiting for the others. */
const slowMs = 1_000;

/**
 * Who has which bucket: the union of the shards' `routing.bucket_owner`, where the higher epoch counts. It may be stale: the
 * fence finds out. Of a shard that does not answer it keeps what it knows.
 */
export class BucketMap {
  readonly #servers: readonly AnyServer[];
  readonly #ranges = new Map<string, readonly Range[]>();
  readonly #asked = new Map<string, Promise<void>>();
  #owners: readonly (Owner | undefined)[] = [];
  #loading: Promise<void> | undefined;
  #loadedAt = -Infinity;

  constructor(servers: readonly AnyServer[]) {
    this.#servers = servers;
  }

  /** Who has it as far as is known; an unknown bucket is asked for, at most twice a second. */
  async ownerOf(bucket: number): Promise<Owner | undefined> {
    if (this.#owners[bucket] === undefined) await this.loadedSince(performance.now() - 500);
    return this.#owners[bucket];
  }

  /** After a bucket turned out to be fenced: its owner once that may write, undefined if it may not within `withinMs`. */
  async writableOwnerOf(bucket: number, { withinMs = 1_000 } = {}): Promise<Owner | undefined> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      await this.loadedSince(performance.now());
      const owner = this.#owners[bucket];
      if (owner?.mode === 'rw') return owner;
      if (performance.now() > deadline) return undefined;
      await pause(50);
    }
  }

  /** Resolves when the map is one that was asked for at `time` (of `performance.now()`) or later. */
  async loadedSince(time: number): Promise<void> {
    while (this.#loadedAt < time) await (this.#loading ??= this.#load());
  }

  async #load(): Promise<void> {
    const startedAt = performance.now();
    const patience = new AbortController();
    const isLate = pause(slowMs, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([isLate, Promise.all(this.#servers.map((server) => this.#ask(server)))]);
    patience.abort();
    this.#loadedAt = startedAt;
    this.#loading = undefined;
  }

  /** A server that does not answer is asked once and not by every load anew. */
  #ask(server: AnyServer): Promise<void> {
    const { name } = server;
    const asked = this.#asked.get(name);
    if (asked) return asked;
    const asking = rangesOf(server)
      .then((ranges) => {
        this.#ranges.set(name, ranges);
        this.#owners = unionOf(this.#ranges);
      })
      // Its own log line says that it is away.
      .catch(() => {})
      .finally(() => this.#asked.delete(name));
    this.#asked.set(name, asking);
    return asking;
  }
}

async function rangesOf({ db }: AnyServer): Promise<readonly Range[]> {
  const { rows } = await sql<Range>`
    select min(bucket) as first, max(bucket) as last, epoch, mode
    from (select *, bucket - row_number() over (partition by epoch, mode order by bucket) as island
          from routing.bucket_owner) as owned
    group by epoch, mode, island`.execute(db);
  return rows;
}

/** Exported for its test. */
export function unionOf(shards: ReadonlyMap<string, readonly Range[]>): readonly (Owner | undefined)[] {
  const owners: (Owner | undefined)[] = Array.from({ length: bucketCount });
  const claims = Array.from(shards).flatMap(([shard, ranges]) => ranges.map((range) => ({ shard, ...range })));
  for (const { shard, first, last, epoch, mode } of claims.toSorted(byEpoch))
    owners.fill({ shard, epoch, mode }, first, last + 1);
  return owners;
}

/** Of one epoch whoever may write comes last, and so counts. */
function byEpoch(a: Range, b: Range): number {
  return a.epoch - b.epoch || a.mode.localeCompare(b.mode);
}
