import { eventually, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { readPosition, signPosition } from '@storefront/kit/postgres';
import { createMetrics } from '@storefront/kit/metrics';
import { sql, type Kysely } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectServer } from '../../src/postgres/server.ts';
import { createLog } from '@storefront/kit/log';
import { createRelay } from '../relay.ts';
import { connect, find, freshBucket, mover, testNotes, write, type Tables } from './notes.ts';

describe('a position in a log', () => {
  const key = Buffer.alloc(32, 1);
  const position = { shard: 'orders-1', lsn: '16/B374D848' };

  it('comes back from a client as it was', () => {
    expect(readPosition(key, signPosition(key, position))).toEqual(position);
  });

  it.each(['', 'x', 'e30.e30', signPosition(Buffer.alloc(32, 2), position), `${signPosition(key, position)}x`])(
    'is none when it was not ours: %j',
    (text) => expect(readPosition(key, text)).toBeUndefined(),
  );
});

describe.skipIf(!testStores?.orders)(`a read from a replica ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  const isReplica = async (db: Kysely<Tables>) => {
    const { rows } = await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db);
    return rows[0]?.is === true;
  };
  const readsReplica = (shards: ReturnType<typeof connect>, bucket: number) =>
    shards.read(bucket, isReplica, { from: 'replica' });
  const untilReplica = (shards: ReturnType<typeof connect>, bucket: number) =>
    eventually(async () => expect(await readsReplica(shards, bucket)).toBe(true), { within: '10s', every: '100ms' });

  it('sees what its reader wrote: none of 400 is stale, and most are spared the primary', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await untilReplica(shards, bucket);
    let stale = 0;
    let fromReplica = 0;
    for (let i = 0; i < 400; i += 1) {
      await write(shards, bucket, `n${i}`);
      const after = await shards.position(bucket);
      const read = async (db: Kysely<Tables>) => ({
        note: await find(db, bucket, `n${i}`),
        spared: await isReplica(db),
      });
      const { note, spared } = await shards.read(bucket, read, { from: 'replica', after });
      if (!note) stale += 1;
      if (spared) fromReplica += 1;
    }
    expect(stale).toBe(0);
    expect(fromReplica).toBeGreaterThan(200);
  });

  it('is one from the primary unless it is asked for', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await untilReplica(shards, bucket);
    expect(await shards.read(bucket, isReplica)).toBe(false);
  });

  it('goes to the primary when the bucket has moved since it was written', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'old');
    const after = await shards.position(bucket);
    await mover(servers, bucket).move(0, 1);
    await write(shards, bucket, 'new');
    await untilReplica(shards, bucket);
    expect(await shards.read(bucket, isReplica, { from: 'replica', after })).toBe(false);
  });

  it('by a process with a stale map finds what was written to the new owner', async () => {
    const [writer, reader] = [connect(servers), connect(servers)];
    const bucket = freshBucket(servers, 0);
    for (const shards of [writer, reader]) await shards.read(bucket, (db) => find(db, bucket, 'new'));
    await mover(servers, bucket).move(0, 1);
    await write(writer, bucket, 'new');
    const after = await writer.position(bucket);
    await pause(600); // the map is not asked for more often than that
    expect(await reader.read(bucket, (db) => find(db, bucket, 'new'), { from: 'replica', after })).toBeDefined();
  });

  /** As it happens: a long read on the replica stands in the way of a lock that it must replay, and so of all that comes after. */
  async function holdReplay(): Promise<() => Promise<void>> {
    const [first] = servers.shards;
    const log = createLog({ service: 'test', level: 'silent' });
    const settings = { name: 'replica', pool: 1, application: 'test', log, isMigration: true };
    const replica = connectServer({ ...servers.owner, ...settings, url: first?.replicas[0] ?? '' });
    onTestFinished(() => replica.close());
    const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const reading = replica.db.transaction().execute(async (tx) => {
      await sql`select count(*) from notes`.execute(tx);
      begun.resolve();
      await over.promise;
    });
    await Promise.race([begun.promise, reading]);
    const lock = sql`lock table test.notes in access exclusive mode`;
    await servers
      .admin('orders-1')
      .transaction()
      .execute((tx) => lock.execute(tx));
    return async () => {
      over.resolve();
      await reading;
    };
  }

  it('goes elsewhere while the replica lags by more than 2 s, and back once it has caught up', async () => {
    const metrics = createMetrics({ service: 'test' });
    const shards = connect(servers, { metrics });
    const bucket = freshBucket(servers, 0);
    await untilReplica(shards, bucket);
    const catchUp = await holdReplay();
    try {
      await write(shards, bucket, 'a');
      expect(await readsReplica(shards, bucket)).toBe(true);
      const isEjected = async () => expect(await readsReplica(shards, bucket)).toBe(false);
      await eventually(isEjected, { within: '10s', every: '100ms' });
      expect(await metrics.registry.metrics()).toMatch(
        /^postgres_replica_lag_seconds{server=".*replica-1".*} [2-9]\./m,
      );
      const read = (db: Kysely<Tables>) => find(db, bucket, 'a');
      expect(await shards.read(bucket, read, { from: 'replica' })).toMatchObject({ text: 'a' });
    } finally {
      await catchUp();
    }
    await untilReplica(shards, bucket);
  });

  it('is answered by the primary while the replica is away, and by the replica again when it is back', async () => {
    const [first, ...others] = servers.shards;
    const url = new URL(first?.replicas[0] ?? '');
    const relay = await createRelay({ host: url.hostname, port: Number(url.port) });
    onTestFinished(() => relay.close());
    url.host = `127.0.0.1:${relay.port}`;
    const shards = connect(servers, {
      shards: [{ name: 'orders-1', url: '', pool: 4, ...first, replicas: [url.href] }, ...others],
    });
    const bucket = freshBucket(servers, 0);
    await untilReplica(shards, bucket);
    relay.cut();
    expect(await readsReplica(shards, bucket)).toBe(false);
    relay.mend();
    await untilReplica(shards, bucket);
  });
});
