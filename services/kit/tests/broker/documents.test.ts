import assert from 'node:assert/strict';
import { consumeForDocuments, type Broker, type NewEvent } from '@storefront/kit/broker';
import {
  announced,
  announces,
  createDocumentRelay,
  deleted,
  insertOnce,
  isAlive,
  newOutbox,
  notSeen,
  outboxIndex,
  replacedOutbox,
  roomFor,
} from '@storefront/kit/broker/documents';
import { eventually, testBroker, testMongo, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { queueArguments } from '@storefront/kit/topology';
import type { Collection } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toMessage } from '../../src/broker/envelope.ts';
import { describeNote, dropped, type Note } from './fixtures/documents.ts';
import { brokerOf, counted, fleet, noteEvents, silent, source } from './fixtures/notes.ts';
import { readAll, type Read } from './fixtures/reading.ts';

type Heard = { subject: string; aggregateversion: number; data: { words?: number } };

describe.skipIf(whyNoBroker)(`the outbox in documents ${whyNoBroker}`, () => {
  let server: TestBroker;
  let mongo: ReturnType<typeof testMongo>;
  let notes: Collection<Note>;
  let broker: Broker;
  let read: Read[];

  beforeAll(() => {
    mongo = testMongo();
  });
  afterAll(() => mongo.close());
  beforeEach(async () => {
    server = await testBroker(fleet);
    notes = mongo.db.collection<Note>(`notes-${Math.random().toString(36).slice(2)}`);
    const { key, ...options } = outboxIndex;
    await notes.createIndex(key, options);
    read = await readAll(server.admin, 'shelves');
    broker = brokerOf(server.account('notes'));
    await eventually(() => assert(broker.publisher.isOpen));
  });
  afterEach(async () => {
    await broker.close();
    await server.close();
  });

  async function relay(given: Broker = broker) {
    const worker = createDocumentRelay({
      ...({ broker: given, source, log: silent, every: '50ms' } as const),
      collections: [announces(notes, describeNote)],
    });
    await worker.start();
    onTestFinished(() => worker.stop());
    return worker;
  }
  const insert = (id: string, words = 1) =>
    notes.insertOne({ _id: id, version: 1, words, outbox: newOutbox(new Date()) });
  const change = (id: string, words: number) =>
    notes.updateOne({ _id: id }, { ...announced(new Date()), $set: { words } });
  const heard = () =>
    read.map(({ body, routingKey }) => {
      const { subject, aggregateversion: version, data } = JSON.parse(body) as Heard;
      return { type: routingKey, subject, version, words: data.words };
    });
  const waiting = () => notes.countDocuments({ 'outbox.since': { $exists: true } });
  const allSent = () => eventually(async () => expect(await waiting()).toBe(0), { within: '15s' });

  it('tells the newest state once, whatever changed before', async () => {
    await insert('a', 1);
    await change('a', 2);
    await change('a', 3);
    await relay();
    await eventually(() => expect(heard()).toEqual([{ type: 'note.written', subject: 'a', version: 3, words: 3 }]));
    await allSent();
    expect(await notes.findOne({ _id: 'a' })).toEqual({
      _id: 'a',
      version: 3,
      words: 3,
      outbox: { publishedVersion: 3 },
    });
    await change('a', 4);
    await eventually(() => expect(heard().at(-1)).toMatchObject({ version: 4, words: 4 }));
  });

  it('tells what must not be merged one by one, in its order, before the state', async () => {
    await insert('a');
    const events = [
      dropped({ _id: 'a', version: 2, outbox: { publishedVersion: 0 } }),
      dropped({ _id: 'a', version: 2, outbox: { publishedVersion: 0 } }),
    ];
    await notes.updateOne({ _id: 'a', ...roomFor(2) }, announced(new Date(), events));
    await relay();
    await eventually(() =>
      expect(heard().map(({ type }) => type)).toEqual(['note.dropped', 'note.dropped', 'note.written']),
    );
    expect(read.slice(0, 2).map(({ messageId }) => messageId)).toEqual(events.map(({ id }) => id));
    await allSent();
    expect((await notes.findOne({ _id: 'a' }))?.outbox).toEqual({ publishedVersion: 2, pending: [] });
  });

  it('lets no document grow while nothing can be sent', async () => {
    await insert('a');
    const one = () => [dropped({ _id: 'a', version: 1, outbox: { publishedVersion: 0 } })];
    let added = 0;
    for (; added < 100; added += 1) {
      const { matchedCount } = await notes.updateOne({ _id: 'a', ...roomFor(1) }, announced(new Date(), one()));
      if (matchedCount === 0) break;
    }
    expect(added).toBe(32);
    const full = await notes.findOne({ _id: 'a' });
    expect(() => replacedOutbox(full!.outbox, new Date(), one())).toThrow(RangeError);
    await relay();
    await allSent();
    expect(heard()).toHaveLength(33);
    expect((await notes.updateOne({ _id: 'a', ...roomFor(1) }, announced(new Date(), one()))).matchedCount).toBe(1);
  });

  it('keeps a deleted document out of sight until its end has been told, then removes it', async () => {
    await insert('a');
    await notes.updateOne({ _id: 'a' }, deleted(new Date()));
    expect(await notes.findOne({ _id: 'a', ...isAlive })).toBeNull();
    await relay();
    await eventually(() =>
      expect(heard()).toEqual([{ type: 'note.dropped', subject: 'a', version: 2, words: undefined }]),
    );
    await eventually(async () => expect(await notes.countDocuments()).toBe(0));
  });

  it('tells of a change that was made while the one before was on its way', async () => {
    const channel = broker.publisher;
    const gate = Promise.withResolvers<void>();
    const slow: Broker = {
      ...broker,
      publisher: {
        isOpen: true,
        publish: async (messages) => {
          const outcomes = await channel.publish(messages);
          await gate.promise;
          return outcomes;
        },
      },
    };
    await insert('a', 1);
    await relay(slow);
    await eventually(() => expect(heard()).toHaveLength(1));
    await change('a', 2);
    gate.resolve();
    await eventually(() => expect(heard().map(({ version }) => version)).toEqual([1, 2]));
    await allSent();
    expect((await notes.findOne({ _id: 'a' }))?.outbox).toEqual({ publishedVersion: 2 });
  });

  it('says the same again with the same id when the mark was lost', async () => {
    await insert('a');
    const lost = notes.updateOne.bind(notes);
    await relay();
    await allSent();
    await lost({ _id: 'a' }, { $set: { 'outbox.publishedVersion': 0, 'outbox.since': new Date() } });
    await eventually(() => expect(read).toHaveLength(2));
    expect(read[0]!.messageId).toBe(read[1]!.messageId);
    expect(read[0]!.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is looked at seldom while nothing waits, and at once by who is woken', async () => {
    let looks = 0;
    const watched = new Proxy(notes, {
      get(target, key) {
        if (key === 'find') looks += 1;
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const worker = createDocumentRelay({
      ...({ broker, source, log: silent, every: '1ms', idle: '10m' } as const),
      collections: [announces(watched, describeNote)],
    });
    await insert('a');
    await worker.start();
    onTestFinished(() => worker.stop());
    // Those that wait, those leased, and none.
    await eventually(async () => expect([read.length, looks]).toEqual([1, 3]));
    await insert('b');
    worker.wake('others');
    worker.wake(notes.collectionName);
    await eventually(async () => expect([read.length, looks]).toEqual([2, 6]));
    await allSent();
  });

  it('is shared by relays without one document being told twice', async () => {
    const others = [brokerOf(server.account('notes')), brokerOf(server.account('notes'))];
    onTestFinished(async () => void (await Promise.all(others.map((other) => other.close()))));
    for (let batch = 0; batch < 4; batch += 1)
      await notes.insertMany(
        Array.from({ length: 250 }, (_, at): Note => ({
          _id: `${batch}-${at}`,
          version: 1,
          words: at,
          outbox: newOutbox(new Date()),
        })),
      );
    for (const other of others) await eventually(() => expect(other.publisher.isOpen).toBe(true));
    await Promise.all([broker, ...others].map((each) => relay(each)));
    await allSent();
    await eventually(() => expect(new Set(read.map(({ messageId }) => messageId)).size).toBe(1000));
    expect(read).toHaveLength(1000);
  });

  it('keeps what no queue took, and sends it when there is a queue', async () => {
    await server.api('DELETE', 'queues/{vhost}/shelves');
    await server.api('DELETE', 'queues/{vhost}/readers');
    await insert('a');
    await relay();
    await eventually(async () =>
      expect((await notes.findOne({ _id: 'a' }))?.outbox).toMatchObject({
        publishedVersion: 0,
        attempts: 1,
        leasedUntil: expect.any(Date),
      }),
    );
    await server.api('PUT', 'queues/{vhost}/readers', { durable: true, arguments: queueArguments('readers') });
    await server.api('POST', 'bindings/{vhost}/e/events/q/readers', { routing_key: 'note.written' });
    await allSent();
  });

  it('looks for what waits by an index that holds nothing else', async () => {
    await notes.insertMany(
      Array.from({ length: 200 }, (_, at): Note => ({
        _id: `${at}`,
        version: 1,
        words: at,
        outbox: { publishedVersion: 1 },
      })),
    );
    await insert('waiting');
    const plan = await notes
      .find({ 'outbox.since': { $gt: new Date(0) }, 'outbox.leasedUntil': { $not: { $gt: new Date() } } })
      .hint('outbox')
      .sort({ 'outbox.since': 1 })
      .explain();
    expect(JSON.stringify(plan)).toContain('"indexName":"outbox"');
    expect(JSON.stringify(plan)).not.toMatch(/COLLSCAN|Seq Scan/);
  });
});

describe.skipIf(whyNoBroker)(`effects in documents ${whyNoBroker}`, () => {
  let server: TestBroker;
  let mongo: ReturnType<typeof testMongo>;
  beforeAll(async () => {
    mongo = testMongo();
    server = await testBroker(fleet);
  });
  afterAll(async () => {
    await mongo.close();
    await server.close();
  });

  it('are had once: an older version changes nothing, an event is inserted under its id', async () => {
    type Shelf = { _id: string; words?: number; seenVersion?: number };
    const shelves = mongo.db.collection<Shelf>('shelves');
    const losses = mongo.db.collection<{ _id: string; noteId: string }>('losses');
    await shelves.insertOne({ _id: 'n1' });
    const readers = brokerOf(server.account('shelves'));
    onTestFinished(() => readers.close());
    const worker = consumeForDocuments({
      broker: readers,
      queue: 'shelves',
      events: noteEvents,
      log: silent,
      handlers: {
        'note.written': async (event) => {
          await shelves.updateOne(
            {
              _id: event.subject,
              ...notSeen(event),
            },
            {
              $set: {
                words: event.data.words,
                seenVersion: event.aggregateVersion,
              },
            },
          );
        },
        'note.dropped': (event) =>
          insertOnce(losses, {
            _id: event.id,
            noteId: event.data.noteId,
          }),
      },
    });
    await worker.start();
    onTestFinished(() => worker.stop());
    const notes = brokerOf(server.account('notes'));
    onTestFinished(() => notes.close());
    await eventually(() => expect(notes.publisher.isOpen).toBe(true));
    const send = async (version: number, words: number) => {
      const event = describeNote({ _id: 'n1', version, words, outbox: { publishedVersion: 0 } }, crypto.randomUUID());
      await notes.publisher.publish([message(event)]);
    };
    await send(2, 20);
    await eventually(async () => expect(await shelves.findOne({ _id: 'n1' })).toMatchObject({ words: 20 }));
    await send(1, 10);
    await send(3, 30);
    const loss = dropped({ _id: 'n1', version: 4, outbox: { publishedVersion: 0 } });
    await notes.publisher.publish([message(loss), message(loss)]);
    await eventually(async () => expect(await counted(readers.metrics.consumed, { outcome: 'duplicate' })).toBe(1));
    await eventually(async () =>
      expect(await shelves.findOne({ _id: 'n1' })).toMatchObject({ words: 30, seenVersion: 3 }),
    );
    expect(await losses.find().toArray()).toEqual([{ _id: loss.id, noteId: 'n1' }]);
  });
});

function message(event: NewEvent) {
  return toMessage(event, { source, time: new Date() });
}
