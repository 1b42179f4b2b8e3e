import { randomBytes } from 'node:crypto';
import type { MessagingTables } from '@storefront/kit/broker';
import { createMessagingTables } from '@storefront/kit/broker/postgres';
import { unavailable } from '@storefront/kit/errors';
import { testStores } from '@storefront/kit/testing';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';

export type Tables = MessagingTables & { effects: { bucket: number; id: string; times: number; note: string | null } };
export type Tx = Transaction<Tables> & { readonly bucket: number };

/** Where the shards of a test are; goes to processes of their own as JSON. */
export type ShardAddress = { name: string; url: string };

/** Databases of their own on the real servers, with outbox, inbox and a table for effects. */
export async function createShards(count = 2): Promise<{ addresses: ShardAddress[]; drop(): Promise<void> }> {
  const servers = testStores?.orders ?? [];
  const run = randomBytes(6).toString('hex');
  const addresses = Array.from({ length: count }, (_, index) => {
    const { url, username, password } = servers[index % servers.length]!;
    const own = new URL(url);
    Object.assign(own, { username, password, pathname: `/test_${run}_${index}` });
    return { name: `orders-${index + 1}`, url: own.href };
  });
  for (const { url } of addresses) {
    await onServer(url, (name) => `CREATE DATABASE ${name}`);
    const db = connect(url);
    await createMessagingTables(db);
    await sql`CREATE TABLE effects (bucket smallint, id text, times int NOT NULL, note text, PRIMARY KEY (bucket, id))`.execute(
      db,
    );
    await db.destroy();
  }
  return {
    addresses,
    async drop() {
      for (const { url } of addresses) await onServer(url, (name) => `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: (database: string) => string): Promise<void> {
  const server = new URL(url);
  const database = server.pathname.slice(1);
  server.pathname = '/postgres';
  const client = new pg.Client(server.href);
  await client.connect();
  await client.query(statement(database));
  await client.end();
}

type OnQuery = (text: string) => Promise<void> | void;

function connect(url: string, onQuery?: OnQuery): Kysely<Tables> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 2_000 });
  pool.on('error', () => {});
  if (onQuery) pool.on('connect', (client) => tellQueries(client, onQuery));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Each statement's text before it goes to the server. */
function tellQueries(client: pg.ClientBase, onQuery: OnQuery): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = (async (...given: unknown[]) => {
    const [first] = given;
    await onQuery(typeof first === 'string' ? first : (first as { text: string }).text);
    return query(...given);
  }) as typeof client.query;
}

/** As `Shards` of kit is, without replicas and fences: one transaction for one bucket, outages as `unavailable`. */
export function connectShards(addresses: readonly ShardAddress[], onQuery: OnQuery = () => {}) {
  const statements: string[] = [];
  const tell = (text: string) => {
    statements.push(text);
    return onQuery(text);
  };
  const shards = addresses.map(({ name, url }) => ({ name, db: connect(url, tell) }));
  return {
    /** What was asked of the servers since the last `statements.splice(0)`. */
    statements,
    all: () => shards,
    async withBucket<Result>(bucket: number, work: (tx: Tx) => Promise<Result>): Promise<Result> {
      const { db } = shards[bucket % shards.length]!;
      try {
        return await db.transaction().execute((tx) => work(Object.assign(tx, { bucket })));
      } catch (error) {
        const isOutage = error instanceof Error && /ECONNREFUSED|terminat|timeout exceeded/.test(error.message);
        throw isOutage ? unavailable('store-unavailable', 'away', { cause: error }) : error;
      }
    },
    /** Every row of the table, over all shards. */
    async rows<Table extends keyof Tables>(table: Table) {
      const found = await Promise.all(
        shards.map(({ db }) => sql<Tables[Table]>`SELECT * FROM ${sql.table(table)}`.execute(db)),
      );
      return found.flatMap(({ rows }) => rows);
    },
    async close() {
      await Promise.all(shards.map(({ db }) => db.destroy()));
    },
  };
}
export type TestShards = ReturnType<typeof connectShards>;

/** An effect that shows how often it was had. */
export async function countEffect(tx: Tx, id: string, note?: string): Promise<void> {
  await tx
    .insertInto('effects')
    .values({ bucket: tx.bucket, id, times: 1, note: note ?? null })
    .onConflict((conflict) => conflict.columns(['bucket', 'id']).doUpdateSet({ times: sql`effects.times + 1` }))
    .execute();
}
