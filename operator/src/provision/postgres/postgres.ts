/**
 * Accounts in PostgreSQL. The administrator need not be a superuser, which hosted ones are not (Cloud SQL's is a member of
 * `cloudsqlsuperuser`): what is done here asks for LOGIN, CREATEROLE, the database (as its owner or a member of that), and CREATEDB
 * where the database is not there yet.
 */
import type { Log } from '@storefront/kit/log';
import { type Login, readAccount, readLogin } from '../files.ts';
import { sharesDue, type ShardState } from './buckets.ts';
import {
  ask,
  type Database,
  databaseName,
  hasState,
  literal,
  identifier,
  type PostgresStore,
  refuse,
  type Sql,
  states,
  withConnection,
} from './connection.ts';
import { dropOwned, dropRole, ensureRole, proveLogin, serviceLimits } from './roles.ts';
import { deal, ensureRouting, openRouting, readRouting } from './routing.ts';
import { ensureSchema } from './schemas.ts';

/** Everything of one database but its buckets. */
export async function provisionDatabase(store: PostgresStore, database: Database, log: Log): Promise<void> {
  await ensureDatabase(store, database);
  await asAdmin(database, async (sql) => {
    await closeToOthers(sql, database);
    await ensureRouting(sql, database);
    for (const account of store.accounts) {
      const service = readAccount(account);
      const owner = readAccount(account.owner);
      await ensureAccess(sql, database, { schema: account.schema, service, owner });
      for (const login of [service, owner]) await proveLogin(sql, database, login);
      log.info({ store: database.path, account: service.username, schema: account.schema }, 'account is there');
    }
  });
}

/** Deals the buckets out, once all databases of the store are as `provisionDatabase` leaves them. */
export async function foundBuckets({ databases }: PostgresStore, log: Log): Promise<void> {
  const shards = databases.toSorted((a, b) => a.name.localeCompare(b.name));
  await withAll(shards, async (connections) => {
    const found: ShardState[] = [];
    for (const [{ name: shard }, sql] of connections) found.push({ shard, ...(await readRouting(sql)) });
    const shares = sharesDue(inOrder(databases, found));
    for (const [{ name: shard, path }, sql] of connections) {
      const share = shares.get(shard);
      if (!share) continue;
      await deal(sql, shard, share);
      log.info({ store: path, buckets: `${share.first}–${share.last}` }, 'buckets are dealt out');
    }
  });
}

/** Schemas, roles, and the database itself where it was made for this shop. */
export async function removeDatabase(store: PostgresStore, database: Database, log: Log): Promise<void> {
  const roles = store.accounts.flatMap((account) => [readAccount(account.owner), readAccount(account)]);
  const admin = readLogin(database.adminDir);
  const clear = async (sql: Sql) => {
    for (const { username } of roles) await dropOwned(sql, username);
    await sql.query('DROP SCHEMA IF EXISTS routing CASCADE');
  };
  await withConnection(database, admin, clear).catch((error: unknown) => {
    if (!hasState(error, states.noSuchDatabase)) refuse(database, 'to remove the accounts')(error);
  });
  await onServer(database, async (sql) => {
    const isOurs = (await ask(sql, markOf, [databaseName(database)])) === madeFor(store);
    if (isOurs) await sql.query(`DROP DATABASE ${identifier(databaseName(database))} WITH (FORCE)`);
    for (const { username } of roles) await dropRole(sql, username);
  });
  log.info({ store: database.path, accounts: roles.map(({ username }) => username) }, 'accounts and schemas are gone');
}

/** A database that is not there is made, and marked as made for this shop. */
async function ensureDatabase(store: PostgresStore, database: Database): Promise<void> {
  const isThere = withConnection(database, readLogin(database.adminDir), () => Promise.resolve(true));
  const isMissing = await isThere.then(
    () => false,
    (error: unknown) =>
      hasState(error, states.noSuchDatabase) || refuse(database, 'the account of the admin Secret')(error),
  );
  if (!isMissing) return;
  await onServer(database, async (sql) => {
    const own = identifier(databaseName(database));
    await sql.query(`CREATE DATABASE ${own}`).catch((error: unknown) => {
      if (!hasState(error, states.databaseExists))
        refuse(database, `to make the database ${databaseName(database)}`)(error);
    });
    await sql.query(`COMMENT ON DATABASE ${own} IS ${literal(madeFor(store))}`);
  });
}

const madeFor = ({ scope }: PostgresStore): string => `storefront: made for ${scope}`;
const markOf = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1";

/** PostgreSQL lets everybody into a new database, and before version 15 into its schema `public`. */
async function closeToOthers(sql: Sql, database: Database): Promise<void> {
  const isOpen = await ask<boolean>(
    sql,
    "SELECT has_database_privilege('public', current_database(), 'CONNECT, TEMPORARY')",
  );
  if (isOpen) await sql.query(`REVOKE ALL ON DATABASE ${identifier(databaseName(database))} FROM PUBLIC`);
  const isShared = await ask<boolean>(
    sql,
    "SELECT has_schema_privilege('public', to_regnamespace('public')::oid, 'CREATE')",
  );
  if (isShared) await sql.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
}

type Access = { schema: string; service: Login; owner: Login };

async function ensureAccess(sql: Sql, database: Database, access: Access): Promise<void> {
  const { schema, service, owner } = access;
  await ensureRole(sql, service, { search_path: schema, ...serviceLimits });
  await ensureRole(sql, owner, { search_path: schema });
  for (const { username } of [service, owner]) {
    const mayEnter = "SELECT has_database_privilege($1, current_database(), 'CONNECT')";
    if (!(await ask<boolean>(sql, mayEnter, [username])))
      await sql.query(`GRANT CONNECT ON DATABASE ${identifier(databaseName(database))} TO ${identifier(username)}`);
  }
  await ensureSchema(sql, database, access);
  await openRouting(sql, { service: service.username, owner: owner.username });
}

/** One run at a time: two would both find missing what both then make. */
const asAdmin = (database: Database, work: (sql: Sql) => Promise<void>): Promise<void> =>
  withConnection(database, readLogin(database.adminDir), async (sql) => {
    await sql.query("SELECT pg_advisory_lock(hashtext('storefront provision'))");
    await work(sql);
  }).catch(refuse(database, 'what its administrator must be allowed to do'));

const onServer = (database: Database, work: (sql: Sql) => Promise<void>): Promise<void> =>
  withConnection(database, readLogin(database.adminDir), work, 'postgres').catch(
    refuse(database, 'the account of the admin Secret'),
  );

type Connections = [Database, Sql][];

/** Opened one within the other, in one order, so that two runs do not wait for each other. */
function withAll(databases: readonly Database[], work: (all: Connections) => Promise<void>, open: Connections = []) {
  const [next, ...others] = databases;
  if (next === undefined) return work(open);
  return asAdmin(next, (sql): Promise<void> => withAll(others, work, [...open, [next, sql]]));
}

/** The Storefront's order decides who gets which share. */
function inOrder(databases: readonly Database[], found: readonly ShardState[]): ShardState[] {
  return databases.flatMap(({ name: shard }) => found.filter((state) => state.shard === shard));
}
