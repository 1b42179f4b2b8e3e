import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Log } from '../../log.ts';
import { connectServer, type ServerOptions } from '../server.ts';
import { isLocked } from '../sql-errors.ts';

export type MigrateOptions = {
  /** All servers of the database, each migrated by itself: the shards, or the one. */
  servers: readonly { name: string; url: string; caFile?: string }[];
  /** Of the owner of the service's schema, which is the first in its search path. */
  username: string;
  password: string;
  /** The folder of the numbered files: `join(import.meta.dirname, 'store/migrations')`. */
  folder: string;
  log: Log;
  /** The service's name. */
  name: string;
};

/** How often a migration that did not get its locks is tried again: it may be for as long as somebody holds one. */
const attempts = 60;

/**
 * What the migration Job runs: what is new in the folder, on each server in one transaction, and by one process at a time. It rejects
 * when a server could not be migrated, and the Job is repeated; the servers before it keep what they have.
 */
export async function migrate({ servers, folder, log, name, ...login }: MigrateOptions): Promise<void> {
  const migrations = await readMigrations(folder);
  for (const server of servers) {
    const options = { ...login, ...server, application: name, pool: 2, log, isMigration: true };
    for (let attempt = 1; !(await hasMigrated(options, migrations, attempt < attempts)); attempt += 1)
      await pause(1_000);
  }
}

/** The migrations of a folder by name: `0001-orders.ts` → `0001-orders`. */
export async function readMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => !/\.(test|d)\.ts$/.test(file)).toSorted();
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const name = /^(\d{4}-[a-z0-9-]+)\.ts$/.exec(file)?.[1];
    const migration = (await import(join(folder, file))) as Partial<Migration>;
    if (name === undefined || typeof migration.up !== 'function' || migration.down)
      throw new Error(`${join(folder, file)}: a migration is called 0001-<what>.ts and exports up(db), and no down`);
    migrations[name] = { up: migration.up };
  }
  return migrations;
}

/** False when a lock was not to be had and it may be tried again. */
async function hasMigrated(
  options: ServerOptions,
  migrations: Record<string, Migration>,
  mayTryAgain: boolean,
): Promise<boolean> {
  const { log, name } = options;
  const server = connectServer<unknown>(options);
  const { db } = server;
  try {
    const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
    const migrationTableSchema = rows[0]?.schema;
    if (!migrationTableSchema) throw new Error(`${options.username} has no schema on ${name}: is it provisioned?`);
    const provider = { getMigrations: async () => ({ ...(await ofLaterReleases(db)), ...migrations }) };
    const { error, results = [] } = await new Migrator({ db, provider, migrationTableSchema }).migrateToLatest();
    for (const { migrationName: migration, status } of results)
      log.info({ store: name, migration, status }, 'migration');
    const failure = error ?? (await keepPlans(db).catch((reason: unknown) => reason));
    if (failure !== undefined && !(mayTryAgain && isLocked(failure))) throw failure;
    return failure === undefined;
  } finally {
    await server.close();
  }
}

/**
 * Each ANALYZE and each VACUUM of a table has every session plan its statements on it anew, and by default a young table is given both
 * once a minute, for fifty rows. Ours are asked by key, with statements prepared once: no plan hangs on so few.
 */
const cleaning = {
  autovacuum_analyze_threshold: 10_000,
  autovacuum_vacuum_insert_threshold: 10_000,
  autovacuum_vacuum_threshold: 2_000,
};

/** What a migration says of its table stays. Only a cleaning of the same table waits for this, nothing that reads or writes. */
async function keepPlans(db: Kysely<unknown>): Promise<undefined> {
  const { rows } = await sql<{ name: string; given: string[] }>`
    select relname as name, coalesce(reloptions, '{}') as given from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'`.execute(db);
  for (const { name, given } of rows) {
    const missing = Object.entries(cleaning).filter(([option]) => !given.some((one) => one.startsWith(`${option}=`)));
    if (missing.length === 0) continue;
    const options = missing.map(([option, value]) => sql`${sql.raw(option)} = ${sql.lit(value)}`);
    await sql`alter table ${sql.table(name)} set (${sql.join(options)})`.execute(db);
  }
}

/** What was run here and is not in the folder: after a roll-back the older release finds more than it knows, which only expanded. */
async function ofLaterReleases(db: Kysely<unknown>): Promise<Record<string, Migration>> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return Object.fromEntries(rows.map(({ name }) => [name, { up: async () => {} }]));
}
