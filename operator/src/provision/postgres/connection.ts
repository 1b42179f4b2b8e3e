/** Connections to PostgreSQL, and what its refusals mean to the person who reads of them. */
import pg from 'pg';
import { type Login, readCa } from '../files.ts';
import { Refusal } from '../patience.ts';
import type { ProvisionPlan } from '../plan.ts';

export type PostgresStore = ProvisionPlan['postgres'][number];
export type Database = PostgresStore['databases'][number];
export type Sql = pg.Client;

/** SQLSTATE: https://www.postgresql.org/docs/18/errcodes-appendix.html */
export const states = {
  wrongPassword: '28P01',
  notLetIn: '28000',
  noSuchDatabase: '3D000',
  databaseExists: '42P04',
  noRight: '42501',
  stillNeeded: '2BP01',
} as const;

export const hasState = (error: unknown, ...wanted: string[]): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && wanted.includes(error.code ?? '');

/** Works with a connection of its own to a database of the server, by default the one of the plan. */
export async function withConnection<Result>(
  { url, caFile }: Database,
  login: Login,
  work: (sql: Sql) => Promise<Result>,
  name?: string,
): Promise<Result> {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const client = new pg.Client({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    database: name ?? decodeURIComponent(pathname.slice(1)),
    user: login.username,
    password: login.password,
    ssl: tlsOf(searchParams.get('sslmode'), caFile),
    application_name: 'storefront-provision',
    connectionTimeoutMillis: 3_000,
    statement_timeout: 30_000,
    lock_timeout: 10_000,
  });
  client.on('error', () => undefined); // a connection that is lost between two statements: the next one says so
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function tlsOf(mode: string | null, caFile: string | undefined) {
  if (mode === null) return false;
  return { ...readCa(caFile), rejectUnauthorized: mode !== 'no-verify' };
}

export const databaseName = ({ url }: Database): string => decodeURIComponent(new URL(url).pathname.slice(1));

export const refuse =
  ({ path, url }: Database, what: string) =>
  (error: unknown): never => {
    if (!hasState(error, states.wrongPassword, states.notLetIn, states.noSuchDatabase, states.noRight)) throw error;
    throw new Refusal(`${path} (${new URL(url).host}) refused ${what}: ${error.message}`, { cause: error });
  };

/** One value of one row. */
export async function ask<Value>(sql: Sql, text: string, values: unknown[] = []): Promise<Value | undefined> {
  const { rows } = await sql.query<unknown[]>({ text, values, rowMode: 'array' });
  return rows[0]?.[0] as Value | undefined;
}

/** Identifiers and literals quoted by the driver, for statements that take no parameters. */
export const { escapeIdentifier: identifier, escapeLiteral: literal } = pg;
