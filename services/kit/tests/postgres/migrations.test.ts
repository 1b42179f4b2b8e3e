import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@storefront/kit/log';
import { contractionsIn, migrate } from '@storefront/kit/migrations';
import { columnProblems, testShards, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, freshBucket, migrations, write, type Tables } from './notes.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** A folder of migrations in one statement each. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kysely = createRequire(import.meta.url).resolve('kysely');
  for (const [name, statement] of Object.entries(files))
    writeFileSync(
      join(folder, name),
      `import { sql } from ${JSON.stringify(kysely)};\nexport const up = (db) => sql\`${statement}\`.execute(db);\n`,
    );
  return folder;
}

const migrateWith = (servers: TestShards, folder: string) =>
  migrate({ servers: servers.shards, ...servers.owner, folder, log, name: 'test' });

async function tablesOn(servers: TestShards): Promise<string[][]> {
  const tables = sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'test' order by 1`;
  const found = await Promise.all(servers.shards.map(({ name }) => tables.execute(servers.admin(name))));
  return found.map(({ rows }) => rows.map(({ name }) => name));
}

describe.skipIf(!testStores?.orders)(`migrations ${whyNoShards}`, () => {
  async function fresh(given: { migrations?: string } = {}): Promise<TestShards> {
    const servers = await testShards(given);
    onTestFinished(() => servers.close());
    return servers;
  }

  it('are run once on each server, by however many processes at once', async () => {
    const servers = await fresh();
    await Promise.all([1, 2, 3].map(() => migrateWith(servers, migrations)));
    await migrateWith(servers, migrations);
    const own = ['kysely_migration', 'kysely_migration_lock'];
    const tables = ['idempotency', ...own, 'notes'];
    expect(await tablesOn(servers)).toEqual(servers.shards.map(() => tables));
    await write(connect(servers), freshBucket(servers, 0), 'a');
  });

  it('leave tables that are cleaned after thousands of changes, which makes all their statements be planned anew', async () => {
    const servers = await fresh();
    const folder = folderOf({
      '0001-a.ts': 'create table test.asked_by_key (id int)',
      '0002-b.ts': 'create table test.queue (id int) with (autovacuum_vacuum_threshold = 1000)',
    });
    await migrateWith(servers, folder);
    await migrateWith(servers, folder);
    const options = sql<{ name: string; options: string[] }>`select relname as name, reloptions as options from pg_class
      where relname in ('asked_by_key', 'queue') order by 1`;
    const { rows } = await options.execute(servers.admin(servers.shards[0]?.name ?? ''));
    const seldom = ['autovacuum_analyze_threshold=10000', 'autovacuum_vacuum_insert_threshold=10000'];
    expect(rows).toEqual([
      { name: 'asked_by_key', options: [...seldom, 'autovacuum_vacuum_threshold=2000'] },
      { name: 'queue', options: ['autovacuum_vacuum_threshold=1000', ...seldom] },
    ]);
  });

  it('make the columns that the row types say', async () => {
    const servers = await fresh({ migrations });
    const db = servers.admin(servers.shards[0]?.name ?? '');
    const problems = await columnProblems<Tables>(db, 'test', {
      idempotency: {
        bucket: 'int2',
        scope: 'text',
        key: 'text',
        request_hash: 'bytea',
        status: 'text',
        locked_until: 'timestamptz null',
        response_status: 'int2 null',
        response_headers: 'jsonb null',
        response_body: 'text null',
        created_at: 'timestamptz generated',
      },
      notes: {
        bucket: 'int2',
        id: 'text',
        text: 'text',
        version: 'int4 generated',
        weight: 'int8 null',
        written_on: 'date generated',
      },
    });
    expect(problems).toEqual([]);
    type Wrong = { notes: { bucket: number; text: string | null; gone: string } };
    const wrong = { notes: { bucket: 'int4', text: 'text null', gone: 'text' } } as const;
    expect(await columnProblems<Wrong>(db, 'test', wrong)).toEqual([
      'notes.bucket is int2, not int4',
      'notes.text is text, not text null',
      'notes.gone is missing, not text',
      'notes.id is text, not missing',
      'notes.version is int4 generated, not missing',
      'notes.weight is int8 null, not missing',
      'notes.written_on is date generated, not missing',
    ]);
  });

  it('begin the primary key of every table with its bucket', async () => {
    const servers = await fresh({ migrations });
    const first = sql<{ table: string; column: string }>`
      select conrelid::regclass::text as table, attname as column
      from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'p' and connamespace = 'test'::regnamespace and conrelid::regclass::text not like '%kysely%'`;
    const { rows } = await first.execute(servers.admin(servers.shards[0]?.name ?? ''));
    expect(rows.map(({ column }) => column)).toEqual(['bucket', 'bucket']);
  });

  it('wait for a lock without keeping everybody behind them waiting', async () => {
    const servers = await fresh({ migrations });
    const folder = folderOf({ '0003-mood.ts': 'alter table notes add column mood text' });
    const shards = connect(servers);
    let isMigrated = false;
    let migrating = Promise.resolve();
    await servers
      .admin(servers.shards[0]?.name ?? '')
      .transaction()
      .execute(async (tx) => {
        await sql`lock table test.notes in access share mode`.execute(tx);
        migrating = migrateWith(servers, folder).then(() => void (isMigrated = true));
        const until = performance.now() + 4_000;
        for (let i = 0; performance.now() < until; i += 1) await write(shards, 0, `n${i}`);
      });
    expect(isMigrated).toBe(false);
    await migrating;
  });

  it('of a later release do not keep the earlier one from starting', async () => {
    const servers = await fresh({ migrations });
    await migrateWith(servers, folderOf({ '0003-later.ts': 'select 1' }));
    await expect(migrateWith(servers, migrations)).resolves.toBeUndefined();
  });

  it('leave nothing behind of one that fails', async () => {
    const servers = await fresh({ migrations });
    const folder = folderOf({ '0003-bad.ts': 'create table half (a int); select nonsense' });
    await expect(migrateWith(servers, folder)).rejects.toThrow(/nonsense/);
    expect((await tablesOn(servers)).flat()).not.toContain('half');
  });
});

describe('the expand-only rule', () => {
  it('finds nothing in the migrations of the tests', async () => {
    expect(await contractionsIn(migrations)).toEqual([]);
  });

  it.each([
    'drop table notes',
    'ALTER TABLE notes DROP COLUMN text',
    'alter table notes rename column text to words',
    'alter table notes alter column text type varchar(10)',
    'alter table notes alter text set data type varchar(10)',
    'alter table notes alter column text set not null',
    'alter table notes add column mood text not null',
    'alter table notes add column a int, add column mood text not null',
    'alter table notes add constraint short check (length(text) < 10)',
    'alter table notes add unique (text)',
    'truncate notes',
    'delete from notes',
    'drop index notes_text',
    'alter table notes set schema other',
    '/* not null default */ alter table notes add column mood text not null',
  ])('refuses: %s', async (statement) => {
    const folder = folderOf({ '0001-change.ts': statement });
    expect(await contractionsIn(folder)).toEqual([`0001-change: ${statement}`]);
  });

  it.each([
    'create table notes (a int not null, check (a > 0), unique (a))',
    'alter table notes add column mood text',
    "alter table notes add column mood text not null default 'drop table'",
    'alter table notes alter column text drop not null',
    'create index notes_text on notes (text) -- rename',
    "insert into notes values ('truncate')",
  ])('lets pass: %s', async (statement) => {
    expect(await contractionsIn(folderOf({ '0001-change.ts': statement }))).toEqual([]);
  });

  it.each(['1-change.ts', '0001_change.ts', '0001-Change.ts'])('knows no migration called %s', async (name) => {
    await expect(contractionsIn(folderOf({ [name]: 'select 1' }))).rejects.toThrow(/0001-<what>/);
  });
});
