import { join } from 'node:path';
import type { IdempotencyTable } from '@storefront/kit/idempotency';
import { createLog } from '@storefront/kit/log';
import { connectShards, type Shards, type ShardsOptions } from '@storefront/kit/postgres';
import { testShards, type TestShards } from '@storefront/kit/testing';
import { sql, type Generated } from 'kysely';
import { onTestFinished } from 'vitest';

export type NotesTable = {
  bucket: number;
  id: string;
  text: string;
  version: Generated<number>;
  weight: number | null;
  written_on: Generated<string>;
};
export type Tables = { idempotency: IdempotencyTable; notes: NotesTable };

export const migrations = join(import.meta.dirname, 'migrations');
export const testNotes = (): Promise<TestShards> => testShards({ migrations });

/** A service's connection, closed with the test. */
export function connect(servers: TestShards, changes: Partial<ShardsOptions> = {}): Shards<Tables> {
  const log = createLog({ service: 'test', level: 'silent' });
  const { shards: settings, username, password } = servers;
  const shards = connectShards<Tables>({ shards: settings, username, password, log, name: 'test', ...changes });
  onTestFinished(() => shards.close());
  return shards;
}

/** A bucket of the shard of that index that no test of this file has had. */
export function freshBucket(servers: TestShards, index: number): number {
  const share = 4096 / servers.shards.length;
  return Math.ceil(index * share) + nextBucket++;
}
let nextBucket = 0;

export function write(shards: Shards<Tables>, bucket: number, id: string, text = 'a'): Promise<void> {
  return shards.withBucket(bucket, async (tx) => {
    await tx.insertInto('notes').values({ bucket, id, text }).execute();
  });
}

export function find(db: Parameters<Parameters<Shards<Tables>['read']>[1]>[0], bucket: number, id: string) {
  return db.selectFrom('notes').selectAll().where('bucket', '=', bucket).where('id', '=', id).executeTakeFirst();
}

/** What lies on a shard, whoever it belongs to. */
export async function idsOn(servers: TestShards, index: number, bucket: number): Promise<string[]> {
  const name = servers.shards[index]?.name ?? '';
  const rows = sql<{ id: string }>`select id from test.notes where bucket = ${bucket} order by id`;
  return (await rows.execute(servers.admin(name))).rows.map(({ id }) => id);
}

/** What a mover of buckets does to the map: closes it on one shard, opens it on another in the next epoch. */
export function mover(servers: TestShards, bucket: number) {
  const on = (index: number) => servers.admin(servers.shards[index]?.name ?? '');
  const close = async (from: number) => {
    await sql`update routing.bucket_owner set mode = 'ro' where bucket = ${bucket}`.execute(on(from));
  };
  const open = async (to: number) => {
    const epochs = servers.shards.map((_, index) =>
      sql<{ epoch: number }>`select epoch from routing.bucket_owner where bucket = ${bucket}`.execute(on(index)),
    );
    const epoch = Math.max(...(await Promise.all(epochs)).flatMap(({ rows }) => rows.map((row) => row.epoch))) + 1;
    await sql`insert into routing.bucket_owner values (${bucket}, ${epoch}, 'rw')
      on conflict (bucket) do update set epoch = excluded.epoch, mode = 'rw'`.execute(on(to));
  };
  const move = async (from: number, to: number) => {
    await close(from);
    await open(to);
  };
  return { close, open, move };
}
