import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { consume, outbox, type Broker, type EventOf } from '@storefront/kit/broker';
import { announces, createDocumentRelay, newOutbox, outboxIndex } from '@storefront/kit/broker/documents';
import { createPostgresRelay } from '@storefront/kit/broker/postgres';
import { eventually, testBroker, testMongo, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createRelay } from '../relay.ts';
import { describeNote, type Note } from './fixtures/documents.ts';
import type { Given, Point } from './fixtures/interrupted.ts';
import { brokerOf, counted, fleet, noteEvents, silent, source, written } from './fixtures/notes.ts';
import { readAll } from './fixtures/reading.ts';
import { connectShards, countEffect, createShards, type TestShards, type Tx } from './fixtures/shards.ts';

type Written = EventOf<Pick<typeof noteEvents, 'note.written'>, 'note.written'>;

describe.skipIf(whyNoBroker)(`an event takes effect once ${whyNoBroker}`, () => {
  let server: TestBroker;
  let databases: Awaited<ReturnType<typeof createShards>>;
  let shards: TestShards;

  beforeAll(async () => {
    databases = await createShards(2);
  });
  afterAll(() => databases.drop());
  beforeEach(async () => {
    server = await testBroker(fleet);
    shards = connectShards(databases.addresses);
    for (const { db } of shards.all()) await sql`TRUNCATE outbox, inbox, effects`.execute(db);
  });
  afterEach(async () => {
    await shards.close();
    await server.close();
  });

  function open(service: string, url?: string): Broker {
    const broker = brokerOf({ ...server.account(service), ...(url ? { url } : {}) });
    onTestFinished(() => broker.close());
    return broker;
  }

  async function relayOn(broker: Broker) {
    const relay = createPostgresRelay({ shards, broker, source, log: silent, every: '50ms' });
    await relay.start();
    onTestFinished(() => relay.stop());
    return relay;
  }

  async function consumeOn(broker: Broker, handle = (event: Written, tx: Tx) => countEffect(tx, event.data.noteId)) {
    const { 'note.written': contract } = noteEvents;
    const worker = consume({
      broker,
      queue: 'readers',
      shards,
      log: silent,
      events: { 'note.written': contract },
      bucketOf: (event) => event.subject.length,
      handlers: { 'note.written': handle },
    });
    await worker.start();
    onTestFinished(() => worker.stop());
  }

  /** A process that has come to its point, and then is killed without a word. */
  async function killed(point: Point, service: string, more: Pick<Given, 'mongo'> = {}): Promise<void> {
    const given: Given = { account: server.account(service), shards: databases.addresses, ...more };
    const child = fork(join(import.meta.dirname, 'fixtures/interrupted.ts'), [point, JSON.stringify(given)]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message', { signal: AbortSignal.timeout(10_000) });
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const times = async () => Object.fromEntries((await shards.rows('effects')).map(({ id, times: had }) => [id, had]));
  const onceEach = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, 1]));
  const unsent = async () => (await shards.rows('outbox')).filter(({ sent_at }) => sent_at === null);

  /** Whoever consumes what has come, so many copies of each, has each effect once. */
  async function expectOnce(ids: readonly string[], copies: number): Promise<void> {
    const readers = open('readers');
    await consumeOn(readers);
    const consumed = (outcome: string) => counted(readers.metrics.consumed, { outcome });
    await eventually(async () => expect(await consumed('done')).toBe(ids.length));
    await eventually(async () => expect(await consumed('duplicate')).toBe(ids.length * (copies - 1)));
    expect(await times()).toEqual(onceEach(ids));
  }

  it.each([
    { point: 'relay before publishing', copies: 1 },
    { point: 'relay before marking', copies: 2 },
  ] as const)('when the $point is killed: it is sent, $copies times in all', async ({ point, copies }) => {
    const read = await readAll(server.admin, 'shelves');
    const event = written('n1');
    await shards.withBucket(2, (tx) => outbox(tx, event));
    await killed(point, 'notes');
    expect(await unsent()).toMatchObject([{ attempts: 1, lease: expect.any(String) }]);
    // Nobody else has it while the lease lasts, which is shortened here.
    const notes = open('notes');
    await relayOn(notes);
    await eventually(() => expect(notes.publisher.isOpen).toBe(true));
    expect(await unsent()).toHaveLength(1);
    for (const { db } of shards.all()) await sql`UPDATE outbox SET leased_until = now()`.execute(db);
    await eventually(async () => expect(await unsent()).toEqual([]));
    const ids = Array.from({ length: copies }, () => event.id);
    await eventually(() => expect(read.map(({ messageId }) => messageId)).toEqual(ids));
    await expectOnce(['n1'], copies);
  });

  it.each([
    { point: 'document relay before publishing', copies: 1 },
    { point: 'document relay before marking', copies: 2 },
  ] as const)('when the $point is killed: each is sent, $copies times in all', async ({ point, copies }) => {
    const read = await readAll(server.admin, 'shelves');
    const store = testMongo();
    onTestFinished(() => store.close());
    const { url, username, password } = store;
    const notes = store.db.collection<Note>('notes');
    const { key, ...options } = outboxIndex;
    await notes.createIndex(key, options);
    const ids = ['a', 'bb', 'ccc'];
    await notes.insertMany(ids.map((_id) => ({ _id, version: 1, words: 1, outbox: newOutbox(new Date()) })));
    await killed(point, 'notes', { mongo: { url, username, password } });
    const waiting = () => notes.countDocuments({ 'outbox.since': { $exists: true } });
    expect(await notes.countDocuments({ 'outbox.lease': { $exists: true }, 'outbox.publishedVersion': 0 })).toBe(3);

    const broker = open('notes');
    const collections = [announces(notes, describeNote)];
    const relay = createDocumentRelay({ collections, broker, source, log: silent, every: '50ms' });
    await relay.start();
    onTestFinished(() => relay.stop());
    await eventually(() => expect(broker.publisher.isOpen).toBe(true));
    expect(await waiting()).toBe(3);
    await notes.updateMany({}, { $set: { 'outbox.leasedUntil': new Date(0) } });
    await eventually(async () => expect(await waiting()).toBe(0));
    await eventually(() => expect(read).toHaveLength(copies * ids.length));
    expect(new Set(read.map(({ messageId }) => messageId)).size).toBe(ids.length);
    await expectOnce(ids, copies);
  });

  it('when the consumer is killed between its commit and its word to the broker', async () => {
    await shards.withBucket(2, (tx) => outbox(tx, written('n1')));
    await relayOn(open('notes'));
    await killed('consumer before acknowledging', 'readers');
    expect(await times()).toEqual({ n1: 1 });
    const readers = open('readers');
    await consumeOn(readers);
    await eventually(async () => expect(await counted(readers.metrics.consumed, { outcome: 'duplicate' })).toBe(1));
    expect(await times()).toEqual({ n1: 1 });
  });

  it('when the broker is lost again and again under load', async () => {
    const { hostname: host, port } = new URL(server.admin.url);
    const wire = await createRelay({ host, port: Number(port) });
    onTestFinished(() => wire.close());
    const url = new URL(server.admin.url);
    url.host = `127.0.0.1:${wire.port}`;
    const [notes, readers] = [open('notes', url.href), open('readers', url.href)];
    await relayOn(notes);
    await consumeOn(readers);
    const ids = Array.from({ length: 600 }, (_, index) => `note-${index}`);
    for (const [index, id] of ids.entries()) {
      await shards.withBucket(index % 7, (tx) => outbox(tx, written(id)));
      if (index % 150 !== 100) continue;
      wire.cut();
      setTimeout(() => wire.mend(), 300);
    }
    await eventually(async () => expect(await unsent()).toEqual([]), { within: '25s' });
    await eventually(async () => expect(await times()).toEqual(onceEach(ids)), { within: '25s' });
    expect(await counted(readers.metrics.dead, {})).toBe(0);
  }, 60_000);

  it('when the network swallows everything for a while: confirms that never come are not waited for', async () => {
    const { hostname: host, port } = new URL(server.admin.url);
    const wire = await createRelay({ host, port: Number(port) });
    onTestFinished(() => wire.close());
    const url = new URL(server.admin.url);
    url.host = `127.0.0.1:${wire.port}`;
    const notes = open('notes', url.href);
    await eventually(() => expect(notes.publisher.isOpen).toBe(true));
    await shards.withBucket(1, (tx) => outbox(tx, written('before')));
    await relayOn(notes);
    await eventually(async () => expect(await unsent()).toEqual([]));
    wire.freeze();
    await shards.withBucket(1, (tx) => outbox(tx, written('after')));
    await eventually(async () => expect(await unsent()).toMatchObject([{ attempts: 1, lease: expect.any(String) }]));
    await eventually(async () => expect(await unsent()).toMatchObject([{ attempts: 1, lease: null }]), {
      within: '12s',
    });
    wire.mend();
    await eventually(async () => expect(await unsent()).toEqual([]), { within: '40s' });
    const readers = open('readers');
    await consumeOn(readers);
    await eventually(async () => expect(await times()).toEqual({ before: 1, after: 1 }));
  }, 90_000);
});
