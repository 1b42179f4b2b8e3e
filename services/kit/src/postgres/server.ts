import { createRequire } from 'node:module';
import { Kysely, PostgresDialect, type PostgresPool, type QueryExecutorProvider } from 'kysely';
import type * as Pg from 'pg';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { Breaker } from './breaker.ts';
import { columnTypes } from './column-types.ts';
import { withHeldBegin, type Query } from './held-begin.ts';
import { preparedStatement } from './prepared-statement.ts';
import { endsConnection, outageOf, sqlStateOf } from './sql-errors.ts';
import { tlsOf } from './tls.ts';

/** Required, not imported: tracing sees a driver only so, unless it hooks into every import of the process (`tracing/start.ts`). */
const pg = createRequire(import.meta.url)('pg') as typeof Pg;

export type ServerOptions = {
  /** `postgres://host:port/<database>?sslmode=…`, without login. */
  url: string;
  username: string;
  password: string;
  caFile?: string;
  /** The most connections of this process to this server. */
  pool: number;
  /** Seen in `pg_stat_activity`; the service's name. */
  application: string;
  /** How logs and metrics call the server: `orders-1`, `orders-1/replica-1`. */
  name: string;
  log: Log;
  /** A migration may take its time, but not make others wait behind the lock that it waits for. */
  isMigration?: boolean;
};

/** One PostgreSQL server and the pool of connections to it, which no other server's trouble can use up. */
export type Server<Tables> = AnyServer & { readonly db: Kysely<Tables>; close(): Promise<void> };

/** A server as raw SQL needs it, whatever its tables. */
export type AnyServer = {
  readonly name: string;
  readonly db: QueryExecutorProvider;
  readonly pool: Pick<Pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;
};

/** The roles that provisioning makes are limited in the same way; a role that somebody made by hand may not be. */
const limits = {
  // A BEGIN and its first statement go out together, and a last one with its COMMIT (`withHeldBegin`).
  pipeline: true,
  connectionTimeoutMillis: 2_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  idleTimeoutMillis: 60_000,
  // A fleet's connections find their way to a server that was added, or moved.
  maxLifetimeSeconds: 1_800,
};
const serviceLimits = {
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
  // Only a server that vanished without a word answers nothing for so long.
  query_timeout: 6_000,
};
const migrationLimits = { lock_timeout: 1_000 };

/**
 * A pool that connects when it is asked to, and again after every loss: a service starts and stays up without its store.
 * What fails because the server is away is `unavailable`: within 2 s without a connection, at once while that is known, within 6 s
 * without an answer.
 */
export function connectServer<Tables>(options: ServerOptions): Server<Tables> {
  const { name, log } = options;
  const pool = new pg.Pool({
    ...addressOf(options),
    ...limits,
    ...(options.isMigration ? migrationLimits : serviceLimits),
    types: columnTypes(pg),
  });
  const breaker = new Breaker();
  let isUp: boolean | undefined;
  const back = () => {
    if (isUp === false) log.info({ store: name }, 'postgres is back');
    isUp = true;
  };
  const lost = (error: unknown) => {
    if (isUp !== false) log.warn({ store: name, error }, 'postgres is lost');
    isUp = false;
  };
  pool.on('error', lost);
  pool.on('connect', (client) => {
    back();
    breaker.close();
    // The pool listens to a connection only while nobody has it; an error that nobody listens to ends the process.
    client.on('error', lost);
    refine(client);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: watched(pool, { breaker, lost }) }) });
  return { name, db, pool, close: () => pool.end() };
}

type Address = Pick<ServerOptions, 'url' | 'username' | 'password' | 'caFile' | 'pool' | 'application'>;

export function addressOf({ url, username, password, caFile, pool, application }: Address): Pg.PoolConfig {
  const parsed = new URL(url);
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    user: username,
    password,
    max: pool,
    application_name: application,
    ssl: tlsOf(parsed, caFile),
  };
}

/** The pool as Kysely uses it: whatever keeps it from giving a connection is an outage. */
function watched(pool: Pg.Pool, { breaker, lost }: { breaker: Breaker; lost: (error: unknown) => void }): PostgresPool {
  function outageOf(cause: unknown): Error {
    if (cause instanceof Error && cause.message === 'timeout exceeded when trying to connect')
      return away('store-busy', cause);
    if (!pool.ending) lost(cause);
    // A server that says why it refuses (it is full, or starting) is there, and its other connections may be well.
    if (sqlStateOf(cause) === undefined) breaker.open();
    return away('store-unavailable', cause);
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const isProbe = breaker.isOpen && pool.idleCount === 0;
      if (isProbe && !breaker.beginProbe()) throw away('store-unavailable');
      try {
        return await pool.connect();
      } catch (cause) {
        throw outageOf(cause);
      } finally {
        if (isProbe) breaker.endProbe();
      }
    },
  };
}

const away = (code: 'store-busy' | 'store-unavailable', cause?: unknown) =>
  unavailable(code, 'A store of this service is not available now.', { cause });

/**
 * Statements are prepared, and a connection that is of no use any more ends: a query that is given up after `query_timeout` still
 * occupies its connection, and whoever got that from the pool would wait behind it in vain (node-postgres #2262).
 */
function refine(client: Pg.PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<Pg.QueryResult>;
  const refined: Query = (text, values = []) =>
    query(preparedStatement(text, values)).catch((error: unknown) => {
      if (endsConnection(error)) void client.end();
      throw outageOf(error);
    });
  client.query = withHeldBegin(refined, () => void client.end()) as typeof client.query;
}
