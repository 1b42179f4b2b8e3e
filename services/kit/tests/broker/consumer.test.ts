import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { consume, type Broker, type EventOf } from '@storefront/kit/broker';
import { unavailable } from '@storefront/kit/errors';
import type { Worker } from '@storefront/kit/http';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { queueArguments } from '@storefront/kit/topology';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { brokerOf, counted, fleet, noteEvents, readableLog, silent, written } from './fixtures/notes.ts';
import { depthOf, plainConnection } from './fixtures/reading.ts';
import { connectShards, countEffect, createShards, type TestShards, type Tx } from './fixtures/shards.ts';

type Written = EventOf<Pick<typeof noteEvents, 'note.written'>, 'note.written'>;

describe.skipIf(whyNoBroker)(`a consumer ${whyNoBroker}`, () => {
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
    broker = brokerOf(server.account('readers'));
    for (const { db } of shards.all()) await sql`TRUNCATE inbox, effects`.execute(db);
    shards.statements.splice(0);
  });
  afterEach(async () => {
    await broker.close();
    await shards.close();
    await server.close();
  });

  type Given = { handle?: (event: Written, tx: Tx) => Promise<void>; prefetch?: number; log?: typeof silent };

  async function run({ handle, prefetch = 10, log = silent }: Given = {}): Promise<Worker> {
    const { 'note.written': contract } = noteEvents;
    const worker = consume({
      broker,
      queue: 'readers',
      events: { 'note.written': contract },
      shards,
      bucketOf: (event) => event.subject.length,
      handlers: { 'note.written': handle ?? ((event, tx) => countEffect(tx, event.data.noteId)) },
      log,
      prefetch,
    });
    await worker.start();
    onTestFinished(() => worker.stop());
    return worker;
  }

  /** Puts an envelope into the queue, as a publisher with these quirks would. */
  async function put(changes: Record<string, unknown> = {}, id: string = randomUUID()): Promise<string> {
    const { type, subject, schemaVersion, aggregateVersion, data } = written(`n-${id}`);
    const versions = { schemaversion: schemaVersion, aggregateversion: aggregateVersion };
    const time = new Date().toISOString();
    const envelope = {
      specversion: '1.0',
      id,
      source: '/test/notes',
      type,
      subject,
      time,
      ...versions,
      data,
      ...changes,
    };
    await putRaw(JSON.stringify(envelope), id);
    return id;
  }
  async function putRaw(body: string, messageId: string): Promise<void> {
    const channel = await (await plainConnection(server.admin)).createConfirmChannel();
    channel.publish('events', 'note.written', Buffer.from(body), { persistent: true, messageId });
    await channel.waitForConfirms();
  }
  const times = async () => Object.fromEntries((await shards.rows('effects')).map(({ id, times: had }) => [id, had]));
  const dead = () => depthOf(server.admin, 'readers.dead');

  it('has each event take effect once, however often it comes', async () => {
    const id = await put();
    await put({}, id);
    await run();
    await put({}, id);
    await eventually(async () => expect(await counted(broker.metrics.consumed, { outcome: 'duplicate' })).toBe(2));
    expect(await times()).toEqual({ [`n-${id}`]: 1 });
    expect(await counted(broker.metrics.consumed, { queue: 'readers', outcome: 'done' })).toBe(1);
  });

  it('forgets that it had an event whose effect was rolled back', async () => {
    let isFirst = true;
    await run({
      async handle(event, tx) {
        await countEffect(tx, event.data.noteId);
        if (isFirst) {
          isFirst = false;
          throw new Error('in the middle');
        }
      },
    });
    const id = await put();
    await eventually(async () => expect(await times()).toEqual({ [`n-${id}`]: 1 }));
  });

  it('asks the database four times for an event with one effect', async () => {
    await run();
    await put();
    await eventually(async () => expect(await counted(broker.metrics.consumed, { outcome: 'done' })).toBe(1));
    expect(shards.statements).toEqual([
      'begin',
      expect.stringContaining('insert into "inbox"'),
      expect.stringContaining('insert into "effects"'),
      'commit',
    ]);
  });

  it('gives a poisoned event up within ten seconds, and its neighbours pass', async () => {
    const { log, lines } = readableLog();
    const poison = randomUUID();
    await run({
      log,
      prefetch: 2,
      async handle(event, tx) {
        if (event.id === poison) throw new Error('poison');
        await countEffect(tx, event.data.noteId);
      },
    });
    const from = performance.now();
    await put({}, poison);
    const neighbours = await Promise.all(Array.from({ length: 20 }, () => put()));
    await eventually(async () => expect(Object.keys(await times())).toHaveLength(neighbours.length));
    expect(await dead()).toBe(0);
    await eventually(async () => expect(await dead()).toBe(1), { within: '10s' });
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(await counted(broker.metrics.consumed, { outcome: 'failed' })).toBe(5);
    expect(await counted(broker.metrics.redelivered, {})).toBe(4);
    expect(await counted(broker.metrics.dead, { queue: 'readers', reason: 'delivery-limit' })).toBe(1);
    expect(lines.filter(({ messageId, level }) => messageId === poison && level === 'error')).toHaveLength(1);
  });

  it.each([
    ['an unknown schema version', 'unknown-version', { schemaversion: 2 }],
    ['an unknown type', 'unknown-type', { type: 'note.burned' }],
    ['a type that every object has', 'unknown-type', { type: 'constructor' }],
    ['data that breaks the contract', 'invalid-data', { data: { noteId: 'n', words: 'many' } }],
    ['what is no CloudEvent 1.0', 'malformed', { specversion: '0.3' }],
    ['an id that no inbox can keep', 'malformed', { id: 'not a uuid' }],
    ['300 kB', 'malformed', { data: { noteId: 'x'.repeat(300_000), words: 1 } }],
  ])('gives up %s at once, and its neighbours pass', async (_, reason, changes) => {
    await run();
    await put(changes);
    const id = await put();
    await eventually(async () => expect(await dead()).toBe(1), { within: '2s' });
    await eventually(async () => expect(await times()).toEqual({ [`n-${id}`]: 1 }));
    expect(await counted(broker.metrics.dead, { reason })).toBe(1);
  });

  it('gives up what is not even JSON, and does not log its content', async () => {
    const { log, lines } = readableLog();
    await run({ log });
    await putRaw('{"card":"4242', 'x');
    await eventually(async () => expect(await dead()).toBe(1));
    await eventually(() => expect(lines.some(({ level }) => level === 'error')).toBe(true));
    expect(JSON.stringify(lines)).not.toContain('4242');
  });

  it('does not count against an event that a store was away, however long', async () => {
    let outages = 0;
    await run({
      async handle(event, tx) {
        outages += 1;
        if (outages <= 8) throw unavailable('store-unavailable', 'away');
        await countEffect(tx, event.data.noteId);
      },
    });
    const id = await put();
    await eventually(async () => expect(await times()).toEqual({ [`n-${id}`]: 1 }), { within: '25s' });
    expect(await dead()).toBe(0);
    expect(await counted(broker.metrics.consumed, { outcome: 'busy' })).toBe(8);
  });

  it('works on no more at once than it was told, and leaves the rest to others', async () => {
    let working = 0;
    const most: number[] = [];
    const gate = Promise.withResolvers<void>();
    await run({
      prefetch: 3,
      async handle() {
        working += 1;
        most.push(working);
        await gate.promise;
        working -= 1;
      },
    });
    for (let index = 0; index < 10; index += 1) await put();
    await eventually(() => expect(working).toBe(3));
    await eventually(async () => expect(await depthOf(server.admin, 'readers')).toBe(7)); // ready for another instance
    gate.resolve();
    await eventually(async () => expect(await counted(broker.metrics.consumed, { outcome: 'done' })).toBe(10));
    expect(Math.max(...most)).toBe(3);
  });

  it('finishes what it has begun when it stops, takes no more, and counts nothing against what it gives back', async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const worker = await run({
      prefetch: 1,
      async handle(event, tx) {
        begun.resolve();
        await gate.promise;
        await countEffect(tx, event.data.noteId);
      },
    });
    const first = await put();
    await begun.promise;
    const second = await put();
    const stopping = worker.stop();
    await pause(100);
    gate.resolve();
    await stopping;
    expect(await times()).toEqual({ [`n-${first}`]: 1 });
    const channel = await (await plainConnection(server.admin)).createChannel();
    const left = await eventually(async () => {
      const message = await channel.get('readers');
      if (!message) throw new Error('not back yet');
      return message;
    });
    expect(left.properties.messageId).toBe(second);
    expect(left.properties.headers?.['x-delivery-count']).toBeUndefined();
  });

  it('goes on when its queue is made again', async () => {
    const { log, lines } = readableLog();
    await run({ log });
    const before = await put();
    await eventually(async () => expect(await times()).toEqual({ [`n-${before}`]: 1 }));
    await server.api('DELETE', 'queues/{vhost}/readers');
    await eventually(() => expect(JSON.stringify(lines)).toContain('is gone'));
    await server.api('PUT', 'queues/{vhost}/readers', { durable: true, arguments: queueArguments('readers') });
    await server.api('POST', 'bindings/{vhost}/e/events/q/readers', { routing_key: 'note.written' });
    const id = await put();
    await eventually(async () => expect(await times()).toMatchObject({ [`n-${id}`]: 1 }), { within: '10s' });
  });
});

describe.skipIf(whyNoBroker)(`the start of a consumer ${whyNoBroker}`, () => {
  let server: TestBroker;
  beforeEach(async () => {
    server = await testBroker(fleet);
  });
  afterEach(() => server.close());

  function consumerOf(account: { url: string; username: string; password: string }, log = silent): Worker {
    const broker = brokerOf(account, log);
    onTestFinished(() => broker.close());
    const shards = connectShards([]);
    const { 'note.written': contract } = noteEvents;
    return consume({
      broker,
      queue: 'readers',
      shards,
      log,
      events: { 'note.written': contract },
      bucketOf: () => 0,
      handlers: { 'note.written': async () => {} },
    });
  }

  it('goes well where the queue is as the topology says', async () => {
    const worker = consumerOf(server.account('readers'));
    await expect(worker.start()).resolves.toBeUndefined();
    await worker.stop();
  });

  it.each([
    ['is not there', undefined, 'does not exist'],
    ['has no dead letters', { 'x-queue-type': 'quorum' }, 'x-dead-letter'],
    ['has another delivery limit', { 'x-delivery-limit': 20 }, 'x-delivery-limit'],
  ])('is refused where the queue %s, saying what to do', async (_, changes, named) => {
    await server.api('DELETE', 'queues/{vhost}/readers');
    if (changes) {
      const given = 'x-queue-type' in changes ? changes : { ...queueArguments('readers'), ...changes };
      await server.api('PUT', 'queues/{vhost}/readers', { durable: true, arguments: given });
    }
    const starting = consumerOf(server.account('readers')).start();
    await expect(starting).rejects.toThrow(/The queue "readers" cannot be consumed.*provision Job/);
    await expect(starting).rejects.toThrow(named);
    // It was not made by who asked.
    const there = await server.api('GET', 'queues/{vhost}/readers').then(
      () => true,
      () => false,
    );
    expect(there).toBe(changes !== undefined);
  });

  it('is refused where the login is another service’s', async () => {
    const starting = consumerOf(server.account('shelves')).start();
    await expect(starting).rejects.toThrow('no right');
  });

  it('waits no longer than a second for a broker that is away, and consumes when it is there', async () => {
    const { log, lines } = readableLog();
    const from = performance.now();
    const worker = consumerOf({ ...server.account('readers'), url: 'amqp://127.0.0.1:1/x' }, log);
    await worker.start();
    expect(performance.now() - from).toBeLessThan(2_000);
    await worker.stop();
    expect(lines.filter(({ msg }) => msg === 'the broker is lost')).toHaveLength(1);
  });
});
