import assert from 'node:assert/strict';
import { newEvent, outbox, type Broker, type NewEvent, type Relay } from '@storefront/kit/broker';
import { createPostgresRelay } from '@storefront/kit/broker/postgres';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { queueArguments } from '@storefront/kit/topology';
import { brokerOf, fleet, noteEvents, readableLog, silent, source, written } from './fixtures/notes.ts';
import { readAll } from './fixtures/reading.ts';
import { connectShards, createShards, type TestShards } from './fixtures/shards.ts';

describe.skipIf(whyNoBroker)(`the outbox in PostgreSQL ${whyNoBroker}`, () => {
  let server: TestBroker;
  let databases: Awaited<ReturnType<typeof createShards>>;
  let shards: TestShards;
  let broker: Broker;

  beforeAll(async () => {
    databases = await createShards(2);
  });
  afterAll(() => databases.drop());
  beforeEach(async () => {
    server = await testBroker(fleet);
    shards = connectShards(databases.addresses);
    broker = brokerOf(server.account('notes'));
    await eventually(() => assert(broker.publisher.isOpen));
    for (const { db } of shards.all()) await sql`TRUNCATE outbox`.execute(db);
    shards.statements.splice(0);
  });
  afterEach(async () => {
    await broker.close();
    await shards.close();
    await server.close();
  });

  async function run(relay: Relay): Promise<Relay> {
    await relay.start();
    onTestFinished(() => relay.stop());
    return relay;
  }
  const relayOf = (options: { log?: typeof silent; every?: '1s' | '10m' | '50ms' } = {}) =>
    run(createPostgresRelay({ shards, broker, source, log: silent, every: '50ms', ...options }));
  const write = (bucket: number, ...events: NewEvent[]) => shards.withBucket(bucket, (tx) => outbox(tx, events));
  const unsent = async () => (await shards.rows('outbox')).filter(({ sent_at }) => sent_at === null);
  const allSent = () => eventually(async () => expect(await unsent()).toEqual([]), { within: '15s' });

  it('sends what was committed, as a CloudEvent, and never what was not', async () => {
    const read = await readAll(server.admin, 'readers');
    await relayOf();
    const lost = shards.withBucket(1, async (tx) => {
      await outbox(tx, written('never'));
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    const event = written('n1', 7, 12);
    await write(2, event);
    await eventually(() => expect(read).toHaveLength(1));
    expect(JSON.parse(read[0]!.body)).toEqual({
      specversion: '1.0',
      id: event.id,
      source: '/test/notes',
      type: 'note.written',
      subject: 'n1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      datacontenttype: 'application/json',
      schemaversion: 1,
      aggregateversion: 7,
      data: { noteId: 'n1', words: 12 },
    });
    expect(read[0]).toMatchObject({ messageId: event.id, routingKey: 'note.written' });
    await allSent();
  });

  it('hears of a commit without having to look', async () => {
    const { listen } = databases;
    const relay = createPostgresRelay({ shards, broker, source, log: silent, listen, every: '10m' });
    await run(relay);
    // It looks at the start, and once it listens: of the third it must have heard.
    for (const round of ['first', 'second', 'third']) {
      await write(1, written(`${round}-1`));
      await write(2, written(`${round}-2`));
      await allSent();
    }
    expect(await shards.rows('outbox')).toHaveLength(6);
  });

  it('sends what is committed late, after later ones have left', async () => {
    const read = await readAll(server.admin, 'readers');
    await relayOf();
    const early = written('early');
    const hold = Promise.withResolvers<void>();
    const late = shards.withBucket(4, async (tx) => {
      await outbox(tx, early);
      await hold.promise;
    });
    await write(6, written('later'));
    await eventually(() => expect(read).toHaveLength(1));
    hold.resolve();
    await late;
    await eventually(() => expect(read.map(({ messageId }) => messageId)).toContain(early.id));
  });

  it('keeps the order within each bucket, however many relays there are', async () => {
    const read = await readAll(server.admin, 'readers');
    const others = [brokerOf(server.account('notes')), brokerOf(server.account('notes'))];
    onTestFinished(async () => void (await Promise.all(others.map((other) => other.close()))));
    const relays = [await relayOf()];
    for (const other of others)
      relays.push(await run(createPostgresRelay({ shards, broker: other, source, log: silent, every: '50ms' })));
    const buckets = [0, 1, 2, 3, 4, 5];
    const perBucket = 120;
    await Promise.all(
      buckets.map(async (bucket) => {
        for (let version = 1; version <= perBucket; version += 1) {
          await write(bucket, written(`b${bucket}`, version));
          for (const relay of relays) relay.wake();
        }
      }),
    );
    await eventually(() => expect(read).toHaveLength(buckets.length * perBucket), { within: '15s' });
    for (const bucket of buckets) {
      const versions = read
        .map(({ body }) => JSON.parse(body) as { subject: string; aggregateversion: number })
        .filter(({ subject }) => subject === `b${bucket}`)
        .map(({ aggregateversion }) => aggregateversion);
      expect(versions).toEqual(Array.from({ length: perBucket }, (_, index) => index + 1));
    }
    expect(new Set(read.map(({ messageId }) => messageId)).size).toBe(read.length);
  });

  it('keeps the row of a message that no queue took, sends the others, and sends it when there is a queue', async () => {
    const { log, lines } = readableLog();
    await server.api('DELETE', 'queues/{vhost}/shelves');
    const read = await readAll(server.admin, 'readers');
    const homeless = newEvent(noteEvents, {
      type: 'note.dropped',
      schemaVersion: 1,
      subject: 'n1',
      aggregateVersion: 2,
      data: { noteId: 'n1' },
    });
    await write(1, homeless, written('n1'));
    await relayOf({ log });
    await eventually(() => expect(read).toHaveLength(1));
    await eventually(async () => expect(await unsent()).toMatchObject([{ id: homeless.id, lease: null, attempts: 1 }]));
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', types: ['note.dropped'] }));

    await server.api('PUT', 'queues/{vhost}/shelves', { durable: true, arguments: queueArguments('shelves') });
    await server.api('POST', 'bindings/{vhost}/e/events/q/shelves', { routing_key: 'note.dropped' });
    await allSent();
  });

  it('is not held up by an event that the broker refuses to take from this service', async () => {
    const read = await readAll(server.admin, 'readers');
    const foreign = newEvent(
      { 'other.made': { 1: z.strictObject({}) } },
      { type: 'other.made', schemaVersion: 1, subject: 'x', aggregateVersion: 1, data: {} },
    );
    await write(1, written('a'), foreign, written('b'));
    const { log, lines } = readableLog();
    const other = brokerOf(server.account('notes'), log);
    onTestFinished(() => other.close());
    await run(createPostgresRelay({ shards, broker: other, source, log, every: '50ms' }));
    await eventually(() => expect(new Set(read.map(({ body }) => subjectOf(body)))).toEqual(new Set(['a', 'b'])));
    await eventually(async () => expect((await unsent()).map(({ id }) => id)).toEqual([foreign.id]));
    expect(JSON.stringify(lines)).toContain("write access to topic 'other.made'");
  });

  it('takes nothing while the broker takes nothing', async () => {
    await server.api('DELETE', 'queues/{vhost}/readers'); // whatever was published would come back and be counted
    const away = brokerOf({ ...server.account('notes'), url: 'amqp://127.0.0.1:1/x' });
    onTestFinished(() => away.close());
    await write(1, written('n1'));
    shards.statements.splice(0);
    const relay = createPostgresRelay({ shards, broker: away, source, log: silent, every: '50ms' });
    await run(relay);
    relay.wake();
    await relay.stop();
    expect(shards.statements).toEqual([]);
    expect(await unsent()).toMatchObject([{ attempts: 0, lease: null }]);
  });

  it('asks the database once when there is nothing to do, and twice for a window of 500', async () => {
    const [one] = databases.addresses;
    await shards.close();
    shards = connectShards([one!]);
    const relay = createPostgresRelay({ shards, broker, source, log: silent, every: '10m' });
    await run(relay);
    await eventually(() => expect(shards.statements).toEqual([expect.stringContaining('lease_outbox')]));
    await write(0, ...Array.from({ length: 500 }, (_, index) => written(`n${index}`)));
    shards.statements.splice(0);
    relay.wake();
    await allSent();
    await relay.stop();
    const asked = shards.statements.filter((text) => !text.startsWith('SELECT * FROM "outbox"'));
    expect(asked).toEqual([
      expect.stringContaining('lease_outbox'),
      expect.stringContaining('UPDATE outbox SET sent_at'),
      expect.stringContaining('lease_outbox'), // a full window may not have been all
    ]);
  });

  it('writes an event in one statement, with the others of its transaction', async () => {
    await write(1, written('a'), written('b'), written('c'));
    expect(shards.statements).toEqual(['begin', expect.stringContaining('insert into "outbox"'), 'commit']);
  });
});

function subjectOf(body: string): string {
  return (JSON.parse(body) as { subject: string }).subject;
}
