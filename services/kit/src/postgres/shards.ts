import type { Kysely } from 'kysely';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { BucketMap } from './buckets/bucket-map.ts';
import { observePools } from './pool-metrics.ts';
import type { Position } from './replicas/position.ts';
import { readFrom, type ConnectedShard, type ReadOptions } from './read.ts';
import { flushedLsn, Replicas } from './replicas/replicas.ts';
import { connectServer } from './server.ts';
import { transact, unknownOwner, type OwnTransaction } from './transact.ts';

/** One shard as its service is told of it (`ORDERS_SHARDS`); URLs are `postgres://host:port/<database>?sslmode=…`, without login. */
export type ShardSettings = {
  name: string;
  url: string;
  replicas: readonly string[];
  caFile?: string;
  /** The most connections of one process to each of its servers. */
  pool: number;
};

export type ShardsOptions = {
  shards: readonly ShardSettings[];
  /** The same on every shard. */
  username: string;
  password: string;
  log: Log;
  /** Seen in `pg_stat_activity`; the service's name. */
  name: string;
  metrics?: Metrics;
};

/** For relays and sweeps, which work shard by shard. What fails here because the server is away is `unavailable` too. */
export type Shard<Tables> = { readonly name: string; readonly db: Kysely<Tables> };

export type Shards<Tables> = {
  /**
   * One transaction on the shard that owns the bucket, and only if it still does when it commits. `work` may run twice (the
   * bucket was moved, a deadlock), so it does nothing but what it does with `tx`. Without a connection, or while the
   * bucket is moved for longer than a second, it is `unavailable`.
   */
  withBucket<Result>(bucket: number, work: (tx: OwnTransaction<Tables>) => Promise<Result>): Promise<Result>;
  /** Reads of one bucket, on its owner's primary or on a replica; `work` may run twice. */
  read<Result>(bucket: number, work: (db: Kysely<Tables>) => Promise<Result>, options?: ReadOptions): Promise<Result>;
  /** Asked for after a commit: what a replica must have replayed to have seen it. One round trip. */
  position(bucket: number): Promise<Position>;
  all(): readonly Shard<Tables>[];
  close(): Promise<void>;
};

/** How old the map of buckets may become: a reader does not notice that a bucket has moved, a writer does. */
const mapAgeMs = 10_000;

/** Returns at once; connections are made when they are needed, each shard has its own, and no shard is needed for another's buckets. */
export function connectShards<Tables>(options: ShardsOptions): Shards<Tables> {
  const shards = options.shards.map((settings) => connectShard<Tables>(settings, options));
  const servers = new Map(shards.map(({ name, primary }) => [name, primary]));
  const map = new BucketMap(Array.from(servers.values()));
  const refresh = () => void map.loadedSince(performance.now());
  refresh();
  const timer = setInterval(refresh, mapAgeMs).unref();
  const unobserve = options.metrics && observePools(options.metrics.registry, shards);

  async function shardOf(bucket: number, after?: Position): Promise<ConnectedShard<Tables>> {
    const owner = await map.ownerOf(bucket);
    // A position of another shard: one of the two is where the bucket was before it moved.
    if (after && owner && after.shard !== owner.shard) await map.loadedSince(performance.now() - 500);
    const name = (await map.ownerOf(bucket))?.shard;
    const shard = shards.find((one) => one.name === name);
    if (!shard) throw unknownOwner();
    return shard;
  }

  return {
    withBucket: (bucket, work) => transact(bucket, work, { map, servers }),
    async read(bucket, work, options) {
      return readFrom(await shardOf(bucket, options?.after), bucket, work, options);
    },
    async position(bucket) {
      const { name, primary } = await shardOf(bucket);
      return { shard: name, lsn: await flushedLsn(primary) };
    },
    all: () => shards.map(({ name, primary: { db } }) => ({ name, db })),
    async close() {
      clearInterval(timer);
      unobserve?.();
      await Promise.all(shards.map((shard) => shard.close()));
    },
  };
}

function connectShard<Tables>(settings: ShardSettings, options: ShardsOptions): ConnectedShard<Tables> {
  const { username, password, log, name: application } = options;
  const { name, url, pool, caFile } = settings;
  const connect = (server: string, address: string) => {
    const tls = caFile === undefined ? {} : { caFile };
    return connectServer<Tables>({ url: address, username, password, pool, application, name: server, log, ...tls });
  };
  const primary = connect(name, url);
  const servers = settings.replicas.map((address, index) => connect(`${name}/replica-${index + 1}`, address));
  const replicas = new Replicas(primary, servers);
  const close = async () => {
    replicas.stop();
    await Promise.all([primary, ...servers].map((server) => server.close()));
  };
  return { name, primary, servers: [primary, ...servers], replicas, close };
}
