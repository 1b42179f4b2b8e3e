/**
 * How fast a backlog drains: `STOREFRONT_TEST_STORES=… node services/kit/bench/broker.ts [rows]`. An outbox in PostgreSQL and one
 * in documents are filled, sent by one relay, and taken in by one consumer with an inbox; a database, a vhost and a collection of its own.
 */
import { randomBytes } from 'node:crypto';
import { connectBroker, consume, newEvent, outbox, type MessagingTables } from '@storefront/kit/broker';
import {
  announces,
  createDocumentRelay,
  newOutbox,
  outboxIndex,
  type AnnouncedDocument,
} from '@storefront/kit/broker/documents';
import { createMessagingTables, createPostgresRelay } from '@storefront/kit/broker/postgres';
import { createLog } from '@storefront/kit/log';
import { eventually, testBroker, testMongo, testStores } from '@storefront/kit/testing';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { z } from 'zod';

const rows = Number(process.argv[2] ?? 10_000);
const [server] = testStores?.orders ?? [];
if (!server) throw new Error('STOREFRONT_TEST_STORES names no order shard: run make stores');

const events = { 'note.written': { 1: z.strictObject({ noteId: z.string(), words: z.int() }) } } as const;
const event = (id: number) =>
  newEvent(events, {
    ...({ type: 'note.written', schemaVersion: 1, subject: `note-${id}`, aggregateVersion: 1 } as const),
    data: { noteId: `note-${id}`, words: 3 },
  });
const log = createLog({ service: 'bench', level: 'warn' });
const source = '/bench/notes';

const database = `bench_${randomBytes(6).toString('hex')}`;
const admin = new pg.Pool({ connectionString: addressOf(new URL(server.url).pathname), max: 1 });
await admin.query(`CREATE DATABASE ${database}`);
const db = new Kysely<MessagingTables>({
  dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: addressOf(`/${database}`), max: 10 }) }),
});
await createMessagingTables(db);
const withBucket = <Result>(
  bucket: number,
  work: (tx: Transaction<MessagingTables> & { bucket: number }) => Promise<Result>,
) => db.transaction().execute((tx) => work(Object.assign(tx, { bucket })));
const shards = { all: () => [{ name: 'orders-1', db }], withBucket };
const fleet = {
  notes: { publishes: ['note.written'], consumes: [] },
  readers: { publishes: [], consumes: ['note.written'] },
};
const vhost = await testBroker(fleet);
const notes = connectBroker({ ...vhost.account('notes'), name: 'notes', log });
const readers = connectBroker({ ...vhost.account('readers'), name: 'readers', log });
await eventually(() => mustBe(notes.publisher.isOpen));

await measureCommits('to warm up', rows / 5);
await measureCommits('with the notification', rows / 5);
await db.executeQuery(sql`ALTER TABLE outbox DISABLE TRIGGER outbox_written`.compile(db));
await measureCommits('without', rows / 5);
await db.executeQuery(sql`ALTER TABLE outbox ENABLE TRIGGER outbox_written`.compile(db));
await measureRelay();
await measureConsumer();
await measureDocuments();

await Promise.all([notes.close(), readers.close(), db.destroy()]);
await vhost.close();
await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
await admin.end();

/** Transactions of one event each, eight at a time. */
async function measureCommits(how: string, count: number): Promise<void> {
  await measure(`commits ${how}`, count, async () => {
    const write = async (first: number) => {
      for (let id = first; id < count; id += 8) await withBucket(id % 4096, (tx) => outbox(tx, event(id)));
    };
    await Promise.all(Array.from({ length: 8 }, (_, first) => write(first)));
  });
  await sql`TRUNCATE outbox`.execute(db);
}

async function measureRelay(): Promise<void> {
  for (let first = 0; first < rows; first += 500)
    await withBucket(first / 500, (tx) =>
      outbox(
        tx,
        Array.from({ length: 500 }, (_, at) => event(first + at)),
      ),
    );
  await sql`UPDATE outbox SET bucket = seq % 4096`.execute(db);
  const relay = createPostgresRelay({ shards, broker: notes, source, log });
  await measure('outbox in PostgreSQL → broker', rows, async () => {
    await relay.start();
    await eventually(async () => mustBe((await unsent()) === 0), { within: '5m', every: '20ms' });
  });
  await relay.stop();
}

async function measureConsumer(): Promise<void> {
  const worker = consume({
    broker: readers,
    queue: 'readers',
    shards,
    log,
    events,
    prefetch: 20,
    bucketOf: ({ subject }) => Number(subject.slice(5)) % 4096,
    handlers: { 'note.written': async () => {} },
  });
  await measure('broker → inbox in PostgreSQL', rows, async () => {
    await worker.start();
    await eventually(async () => mustBe((await countOf('inbox')) === rows), { within: '5m', every: '20ms' });
  });
  await worker.stop();
}

async function measureDocuments(): Promise<void> {
  const mongo = testMongo();
  const collection = mongo.db.collection<AnnouncedDocument>('notes');
  const { key, ...options } = outboxIndex;
  await collection.createIndex(key, options);
  for (let first = 0; first < rows; first += 500)
    await collection.insertMany(
      Array.from({ length: 500 }, (_, at) => ({ _id: `n${first + at}`, version: 1, outbox: newOutbox(new Date()) })),
    );
  const describe = ({ _id }: AnnouncedDocument, id: string) => ({ ...event(0), id, subject: _id });
  const relay = createDocumentRelay({ collections: [announces(collection, describe)], broker: notes, source, log });
  await measure('outbox in documents → broker', rows, async () => {
    await relay.start();
    const waiting = () => collection.countDocuments({ 'outbox.since': { $exists: true } });
    await eventually(async () => mustBe((await waiting()) === 0), { within: '5m', every: '100ms' });
  });
  await relay.stop();
  await mongo.close();
}

async function measure(what: string, count: number, work: () => Promise<void>): Promise<void> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 / count;
  process.stdout.write(
    `${what.padEnd(34)} ${Math.round(count / seconds)}/s, ${cpuMs.toFixed(3)} CPU-ms each of this process\n`,
  );
}

async function unsent(): Promise<number> {
  const { rows: found } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM outbox WHERE sent_at IS NULL`.execute(
    db,
  );
  return found[0]!.n;
}
async function countOf(table: keyof MessagingTables): Promise<number> {
  const { rows: found } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM ${sql.table(table)}`.execute(db);
  return found[0]!.n;
}
function mustBe(isSo: boolean): void {
  if (!isSo) throw new Error('not yet');
}
function addressOf(pathname: string): string {
  const { url, username, password } = server!;
  return Object.assign(new URL(url), { username, password, pathname }).href;
}
