import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as IORedis from 'ioredis';
import { backOffMs } from '../back-off.ts';
import type { Log } from '../log.ts';

/** Required, not imported: tracing sees a driver only so, unless it hooks into every import of the process (`tracing/start.ts`). */
const ioredis = createRequire(import.meta.url)('ioredis') as typeof IORedis;

export type RedisOptions = {
  /** `redis://host:port`, without login. */
  url: string;
  username: string;
  password: string;
  log: Log;
  /** Name of the connection in `CLIENT LIST`; the service's. */
  name: string;
  caFile?: string;
  /** Put before every key: `<scope>:<service>:`. */
  keyPrefix?: string;
};

/**
 * A client that fails fast and comes back by itself: no queue while the connection is away, one retry, 250 ms for a
 * command, back-off with jitter of at most 2 s, a new connection after a failover (READONLY). Commands that may have been
 * sent are repeated after a reconnect, so they must be idempotent. Redis is never the truth.
 */
export function connectRedis({
  url,
  username,
  password,
  log,
  name,
  caFile,
  keyPrefix = '',
}: RedisOptions): IORedis.Redis {
  const { hostname, port, protocol } = new URL(url);
  const redis = new ioredis.Redis({
    host: hostname,
    port: Number(port || 6379),
    username,
    password,
    connectionName: name,
    keyPrefix,
    ...(protocol === 'rediss:' || caFile ? { tls: caFile ? { ca: readFileSync(caFile) } : {} } : {}),
    enableOfflineQueue: false,
    // The ready check needs INFO, which an account that is limited to its keys may not call.
    enableReadyCheck: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 250,
    connectTimeout: 2_000,
    // A connection whose peer vanished without a word is given up once commands go unanswered this long.
    socketTimeout: 2_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => backOffMs(attempt, Math.random()),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  let isUp: boolean | undefined;
  redis.on('ready', () => {
    if (isUp === false) log.info({ store: name }, 'redis is back');
    isUp = true;
  });
  redis.on('error', (error) => {
    if (isUp !== false) log.warn({ store: name, error }, 'redis is lost');
    isUp = false;
  });
  return redis;
}
