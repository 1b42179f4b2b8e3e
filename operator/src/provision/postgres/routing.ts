/** Who has which bucket: a table in each database, which services read and hold fast, and which only the administrator changes. */
import { ask, type Database, identifier, type Sql } from './connection.ts';
import { refuseStranger } from './roles.ts';
import type { Share } from './buckets.ts';

/**
 * `fence` has no meaning: FOR SHARE asks for the right to update some column, and this is the one that services have it for. `founding`
 * says among which shards the buckets were dealt out first, in each shard that has had its share: what was dealt once is never dealt again.
 */
const tables = `
  CREATE TABLE routing.bucket_owner (
    bucket smallint PRIMARY KEY CHECK (bucket BETWEEN 0 AND 4095),
    epoch bigint NOT NULL,
    mode text NOT NULL CHECK (mode IN ('rw', 'ro')),
    fence boolean NOT NULL DEFAULT false
  );
  CREATE TABLE routing.founding (shard text PRIMARY KEY, shards text[] NOT NULL);`;

export async function ensureRouting(sql: Sql, database: Database): Promise<void> {
  const owner = await ask<string>(sql, "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'routing'");
  const us = await ask<string>(sql, 'SELECT current_user');
  if (owner !== undefined) return refuseStranger(database, 'schema "routing"', { owner, expected: us ?? '' });
  await sql.query(`BEGIN; CREATE SCHEMA routing; ${tables} COMMIT;`);
}

/** A service sees who has a bucket and keeps it so while it writes; its migrations see it. */
export async function openRouting(sql: Sql, { service, owner }: { service: string; owner: string }): Promise<void> {
  for (const role of [service, owner]) {
    const sees = `SELECT has_schema_privilege($1, 'routing', 'USAGE') AND has_table_privilege($1, 'routing.bucket_owner', 'SELECT')`;
    if (await ask<boolean>(sql, sees, [role])) continue;
    await sql.query(`GRANT USAGE ON SCHEMA routing TO ${identifier(role)}`);
    await sql.query(`GRANT SELECT ON routing.bucket_owner TO ${identifier(role)}`);
  }
  const holds = await ask<boolean>(sql, "SELECT has_column_privilege($1, 'routing.bucket_owner', 'fence', 'UPDATE')", [
    service,
  ]);
  if (!holds) await sql.query(`GRANT UPDATE (fence) ON routing.bucket_owner TO ${identifier(service)}`);
}

export type RoutingState = { founders: string[] | undefined; buckets: number[] };

export async function readRouting(sql: Sql): Promise<RoutingState> {
  const founders = await ask<string[]>(sql, 'SELECT shards FROM routing.founding');
  const buckets = await ask<number[]>(sql, 'SELECT array_agg(bucket) FROM routing.bucket_owner');
  return { founders, buckets: buckets ?? [] };
}

/** All or nothing, and once. */
export async function deal(sql: Sql, shard: string, { founders, first, last }: Share): Promise<void> {
  await sql.query('BEGIN');
  await sql.query('INSERT INTO routing.founding (shard, shards) VALUES ($1, $2)', [shard, founders]);
  await sql.query(
    `INSERT INTO routing.bucket_owner (bucket, epoch, mode) SELECT bucket, 1, 'rw' FROM generate_series($1::int, $2::int) bucket`,
    [first, last],
  );
  await sql.query('COMMIT');
}
