import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { lsnOf } from './position.ts';
import type { AnyServer, Server } from '../server.ts';

/** A replica that is further behind is left alone until it has caught up. */
const maxLagMs = 2_000;
const sampleMs = 500;
/** Nobody read from a replica for so long: nobody looks after them any more. */
const idleMs = 10_000;
/** How long a read waits for a replica to see what its reader wrote. */
const maxWaitMs = 50;

type Progress = {
  readonly server: AnyServer;
  /** What it had replayed when it was last asked. */
  replayed: bigint;
  /** Infinity while it does not answer. */
  lagMs: number;
};
type Replica<Tables> = Progress & { readonly server: Server<Tables> };
type Sample = { at: number; lsn: bigint };

/**
 * The replicas of one primary. While somebody reads from them, primary and replicas are asked twice a second how far they
 * are: a replica's lag is the age of the first thing that the primary had and the replica has not, whatever the clocks say
 * and however quiet it is.
 */
export class Replicas<Tables> {
  readonly #primary: Server<Tables>;
  readonly #replicas: readonly Replica<Tables>[];
  #samples: Sample[] = [];
  #usedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #turn = 0;

  constructor(primary: Server<Tables>, servers: readonly Server<Tables>[]) {
    this.#primary = primary;
    this.#replicas = servers.map((server) => ({ server, replayed: 0n, lagMs: Infinity }));
  }

  /** Each replica's lag in milliseconds, Infinity for one that is not known to be well. */
  lags(): { name: string; lagMs: number }[] {
    return this.#replicas.map(({ server, lagMs }) => ({ name: server.name, lagMs }));
  }

  /** A replica that lags less than 2 s and has replayed `lsn`, after at most 50 ms; undefined when the primary must do. */
  async pick(lsn: bigint | undefined): Promise<Server<Tables> | undefined> {
    this.#watch();
    const well = this.#replicas.filter(({ lagMs }) => lagMs <= maxLagMs);
    if (well.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % well.length;
    const replica = well[this.#turn] as Replica<Tables>;
    if (lsn === undefined || (await hasReplayed(replica, lsn))) return replica.server;
    return undefined;
  }

  /** It failed a read: the next ones go elsewhere until it has been asked again. */
  eject(server: Server<Tables>): void {
    for (const replica of this.#replicas) if (replica.server === server) replica.lagMs = Infinity;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #watch(): void {
    const wasIdle = performance.now() - this.#usedAt > idleMs;
    this.#usedAt = performance.now();
    if (!wasIdle || this.#replicas.length === 0) return;
    clearTimeout(this.#timer);
    this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      if (performance.now() - this.#usedAt > idleMs) {
        for (const replica of this.#replicas) replica.lagMs = Infinity;
        this.#samples = [];
      } else void this.#sample().then(() => this.#schedule(sampleMs));
    }, delayMs).unref();
  }

  async #sample(): Promise<void> {
    const at = performance.now();
    const lsn = await flushedLsn(this.#primary).catch(() => undefined);
    // Without the primary nothing new can be missing.
    if (lsn !== undefined) this.#samples = [...this.#samples, { at, lsn: lsnOf(lsn) }].slice(-60);
    await Promise.all(
      this.#replicas.map(async (replica) => {
        const isWell = await askReplayed(replica).catch(() => false);
        replica.lagMs = isWell ? lagOf(this.#samples, replica.replayed, performance.now()) : Infinity;
      }),
    );
  }
}

/** Exported for its test: how long ago the primary first had something that is not in `replayed` yet. */
export function lagOf(samples: readonly Sample[], replayed: bigint, now: number): number {
  const missing = samples.find(({ lsn }) => lsn > replayed);
  return missing ? now - missing.at : 0;
}

/** What every commit so far is before: a commit waits until its record is flushed. The insert position may be one that no replica ever reports. */
export async function flushedLsn({ db }: AnyServer): Promise<string> {
  const { rows } = await sql<{ lsn: string }>`select pg_current_wal_flush_lsn() as lsn`.execute(db);
  return rows[0]?.lsn ?? '0/0';
}

async function hasReplayed(replica: Progress, lsn: bigint): Promise<boolean> {
  const deadline = performance.now() + maxWaitMs;
  try {
    while (replica.replayed < lsn) {
      if (performance.now() > deadline) return false;
      await askReplayed(replica);
      if (replica.replayed < lsn) await pause(3);
    }
    return true;
  } catch {
    replica.lagMs = Infinity;
    return false;
  }
}

async function askReplayed(replica: Progress): Promise<boolean> {
  const { rows } = await sql<{ lsn: string | null }>`select pg_last_wal_replay_lsn() as lsn`.execute(replica.server.db);
  const lsn = rows[0]?.lsn;
  // One that has become a primary of its own replays nothing.
  if (typeof lsn !== 'string') return false;
  replica.replayed = lsnOf(lsn);
  return true;
}
