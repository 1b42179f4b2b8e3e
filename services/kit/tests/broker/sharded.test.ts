import assert from 'node:assert';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { consume, outbox, type Broker } from '@storefront/kit/broker';
import { createPostgresRelay } from '@storefront/kit/broker/postgres';
import { connectShards, type Shards } from '@storefront/kit/postgres';
import {
  eventually,
  testBroker,
  testShards,
  whyNoBroker,
  type TestBroker,
  type TestShards,
} from '@storefront/kit/testing';
import { sql } from 'kysely';
import type * as Pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi, type Mock } from 'vitest';
import { prune } from '../../src/broker/postgres/prune.ts';
import { brokerOf, counted, fleet, noteEvents, silent, source, written } from './fixtures/notes.ts';
import { countEffect, type Tables } from './fixtures/shards.ts';

const pg = createRequire(import.meta.url)('pg') as typeof Pg;
const sent = vi.spyOn(pg.Client.prototype, 'query') as unknown as Mock<(statement: { text: string }) => void>;

describe.skipIf(whyNoBroker)(`on shards, with a service's own rights ${whyNoBroker}`, () => {
  let server: TestBroker;
  let databases: TestShards;
  let shards: Shards<Tables>;
  let broker: Broker;

  beforeAll(async () => {
    server = await testBroker(fleet);
    databases = await testShards({ migrations: join(import.meta.dirname, 'fixtures/migrations') });
    const { shards: settings, username, password } = databases;
    shards = connectShards<Tables>({ shards: settings, username, password, log: silent, name: 'notes' });
    broker = brokerOf(server.account('notes'));
    await eventually(() => assert(broker.publisher.isOpen));
  });
  afterAll(async () => {
    await broker.close();
    await shards.close();
    await databases.close();
    await server.close();
  });

  /** One bucket of each shard. */
  const buckets = () => databases.shards.map((_, index) => Math.ceil((index * 4096) / databases.shards.length) + 7);
  const rows = async <Row>(query: string): Promise<Row[]> => {
    const found = databases.shards.map(({ name }) => sql.raw<Row>(query).execute(databases.admin(name)));
    return (await Promise.all(found)).flatMap((each) => each.rows);
  };
  const unsent = () => rows<{ id: string }>('SELECT id FROM test.outbox WHERE sent_at IS NULL');

  async function relay(listens: boolean) {
    const every = listens ? '10m' : '50ms';
    const listen = { ...databases, name: 'notes' };
    const worker = createPostgresRelay({ shards, broker, source, log: silent, every, ...(listens ? { listen } : {}) });
    await worker.start();
    onTestFinished(() => worker.stop());
  }

  async function readers() {
    const reading = brokerOf(server.account('readers'));
    onTestFinished(() => reading.close());
    const { 'note.written': contract } = noteEvents;
    const worker = consume({
      broker: reading,
      queue: 'readers',
      shards,
      log: silent,
      events: { 'note.written': contract },
      bucketOf: (event) => Number(event.subject),
      handlers: { 'note.written': (event, tx) => countEffect(tx, event.data.noteId) },
    });
    await worker.start();
    onTestFinished(() => worker.stop());
    return reading;
  }

  it('what is committed on any shard is heard of, sent, and had once', async () => {
    await relay(true);
    const reading = await readers();
    for (const bucket of buckets()) await shards.withBucket(bucket, (tx) => outbox(tx, written(String(bucket))));
    await eventually(async () => expect(await unsent()).toEqual([]));
    const effects = () => rows<{ bucket: number; times: number }>('SELECT bucket, times FROM test.effects');
    await eventually(async () =>
      expect((await effects()).toSorted((a, b) => a.bucket - b.bucket)).toEqual(
        buckets().map((bucket) => ({ bucket, times: 1 })),
      ),
    );
    expect(await counted(reading.metrics.consumed, { outcome: 'done' })).toBe(buckets().length);
  });

  it('the fence costs an effect no statement', async () => {
    await relay(false);
    const reading = await readers();
    const [bucket = 0] = buckets();
    const before = sent.mock.calls.length;
    await shards.withBucket(bucket + 1, (tx) => outbox(tx, written(String(bucket + 1))));
    await eventually(async () => expect(await counted(reading.metrics.consumed, { outcome: 'done' })).toBe(1));
    const asked = sent.mock.calls.slice(before).map(([{ text }]) => text);
    const own = asked.filter((text) => /"inbox"|"effects"/.test(text));
    expect(own).toEqual([
      expect.stringContaining('insert into "inbox"'),
      expect.stringContaining('insert into "effects"'),
    ]);
    expect(own[0]).toContain('for share');
    expect(own[1]).not.toContain('for share');
    expect(asked.filter((text) => text.includes('bucket_owner'))).toHaveLength(2); // of who wrote it, and of who had it
  });

  it('what a bucket still holds that is being moved is sent, and what arrives for it waits', async () => {
    const bucket = buckets()[0]! + 2;
    const admin = databases.admin(databases.shards[0]!.name);
    const event = written(String(bucket));
    await shards.withBucket(bucket, (tx) => outbox(tx, event));
    await sql`UPDATE routing.bucket_owner SET mode = 'ro' WHERE bucket = ${bucket}`.execute(admin);
    await relay(false);
    await eventually(async () => expect(await unsent()).toEqual([]));
    const reading = await readers();
    await eventually(async () =>
      expect(await counted(reading.metrics.consumed, { outcome: 'busy' })).toBeGreaterThan(0),
    );
    await sql`UPDATE routing.bucket_owner SET mode = 'rw' WHERE bucket = ${bucket}`.execute(admin);
    await eventually(
      async () => expect(await rows(`SELECT times FROM test.effects WHERE bucket = ${bucket}`)).toEqual([{ times: 1 }]),
      { within: '15s' },
    );
    expect(await counted(reading.metrics.dead, {})).toBe(0);
  });

  it('what is old may be pruned', async () => {
    const [one] = shards.all();
    await rows(`UPDATE test.outbox SET sent_at = now() - interval '2 days' WHERE sent_at IS NOT NULL RETURNING id`);
    await rows(`UPDATE test.inbox SET received_at = now() - interval '15 days' RETURNING bucket`);
    const deleted = await prune(one!.db as never, { keepSent: '1d', keepReceived: '14d' });
    expect(deleted).toBeGreaterThan(0);
  });
});
