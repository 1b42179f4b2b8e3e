import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { createLog } from '../log.ts';
import type { ShardSettings } from '../postgres/index.ts';
import { eventually } from './eventually.ts';
import { testStores, type TestStores } from './stores.ts';

type Server = NonNullable<TestStores['orders']>[number];

export type TestShards = {
  /** For `connectShards`, with the account of a service: no right but its schema's and the map's. */
  readonly shards: readonly ShardSettings[];
  readonly username: string;
  readonly password: string;
  /** Owner of the service's schema, for `migrate`. */
  readonly owner: { readonly username: string; readonly password: string };
  /** What only an administrator may do, on the shard's database. */
  admin(shard: string): Kysely<unknown>;
  close(): Promise<void>;
};

const log = createLog({ service: 'test', level: 'silent' });
const schema = 'test';
type Names = { database: string; service: string; owner: string; password: string };

/**
 * A database of its own on each of the real shards, provisioned as the operator's provision Job does it: accounts, schema, and
 * the map with its buckets dealt out evenly. With `migrations`, a folder, they have been run. `close` drops all of it.
 */
export async function testShards({ migrations }: { migrations?: string } = {}): Promise<TestShards> {
  const servers = testStores?.orders;
  if (!servers) throw new Error('STOREFRONT_TEST_STORES names no PostgreSQL shards (make stores)');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const names = { database: name, service: name, owner: `${name}_owner`, password };
  const admins = await Promise.all(servers.map((_, index) => createDatabase(servers, index, names)));
  const shards = servers.map(({ name: shard, url, replicas }) => ({
    name: shard,
    url: within(url, name),
    replicas: replicas.map((replica) => within(replica, name)),
    pool: 4,
  }));
  const owner = { username: names.owner, password };
  if (migrations !== undefined) {
    const { migrate } = await import('../postgres/migrations/index.ts');
    await migrate({ servers: shards, ...owner, folder: migrations, log, name: 'test' });
  }
  const admin = (shard: string) => {
    const found = admins[shards.findIndex((one) => one.name === shard)];
    if (!found) throw new Error(`there is no shard ${shard}`);
    return found.db;
  };
  const close = async () => {
    await Promise.all(admins.map((one) => one.close()));
    await Promise.all(servers.map((server) => dropDatabase(server, names)));
  };
  return { shards, username: names.service, password, owner, admin, close };
}

async function connect(server: Server, url: string) {
  const { connectServer } = await import('../postgres/server.ts');
  return connectServer<unknown>({ ...server, url, pool: 2, application: 'test', log, isMigration: true });
}

/** Runs statements on the server, outside of the database that they are about. */
async function maintain(server: Server, statements: readonly string[]): Promise<void> {
  const { sql } = await import('kysely');
  const connected = await connect(server, server.url);
  try {
    for (const statement of statements) await sql.raw(statement).execute(connected.db);
  } finally {
    await connected.close();
  }
}

async function createDatabase(servers: readonly Server[], index: number, names: Names) {
  const { sql } = await import('kysely');
  const server = servers[index] as Server;
  await maintain(server, [`create database ${names.database}`]);
  const admin = await connect(server, within(server.url, names.database));
  for (const statement of provisionSql(names, { index, count: servers.length }))
    await sql.raw(statement).execute(admin.db);
  return admin;
}

async function dropDatabase(server: Server, { database, service, owner }: Names): Promise<void> {
  // An autovacuum that is at work there is a superuser's, and `force` may not end it for an administrator who is none.
  await eventually(() => maintain(server, [`drop database if exists ${database} with (force)`]), { within: '30s' });
  await maintain(server, [`drop role ${service}`, `drop role ${owner}`]);
}

function within(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** One shard's share: neighbours, as a map of ranges is a short one. */
function provisionSql(names: Names, { index, count }: { index: number; count: number }): string[] {
  const { database, service, owner, password } = names;
  return [
    `create role ${service} login password '${password}'`,
    `create role ${owner} login password '${password}'`,
    // An administrator who is no superuser may hand a schema only to a role that it can become.
    `grant ${owner} to current_user`,
    `revoke all on database ${database} from public`,
    `grant connect on database ${database} to ${service}, ${owner}`,
    `create schema ${schema} authorization ${owner}`,
    `grant usage on schema ${schema} to ${service}`,
    `alter role ${service} set search_path = ${schema}`,
    `alter role ${owner} set search_path = ${schema}`,
    `alter default privileges for role ${owner} in schema ${schema}
       grant select, insert, update, delete on tables to ${service}`,
    `create schema routing`,
    `create table routing.bucket_owner (
       bucket smallint primary key, epoch bigint not null,
       mode text not null check (mode in ('rw', 'ro')), fence boolean not null default false)`,
    `insert into routing.bucket_owner
       select bucket, 1, 'rw' from generate_series(0, 4095) as bucket where bucket * ${count} / 4096 = ${index}`,
    `grant usage on schema routing to ${service}`,
    `grant select, update (fence) on routing.bucket_owner to ${service}`,
  ];
}
