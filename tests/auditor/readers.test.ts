import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eventually, testMongo, testStores, whyNoShards } from '@storefront/kit/testing';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openStock } from './readers/mongo.ts';
import { openShard } from './readers/postgres.ts';
import { openProgress } from './readers/progress.ts';

const root = join(import.meta.dirname, '../..');
/** Services that share the database of an order, and the schema of each. */
const schemas = { order: 'orders', payment: 'payment', shipping: 'shipping' } as const;

describe.skipIf(!testStores?.orders)(`what the auditor reads ${whyNoShards}`, { timeout: 120_000 }, () => {
  it('is what the migrations of the services make, also after the server was away', async () => {
    const database = await openDatabase();
    for (const [service, schema] of Object.entries(schemas)) await database.migrate(service, schema);
    const auditor = await openShard('auditor-test', { name: 'orders-1', ...database.admin });
    onTestFinished(() => auditor.close());

    const { buckets, ...others } = await auditor.look();

    expect(buckets).toEqual([{ shard: 'orders-1', bucket: 7, epoch: 3 }]);
    expect(Object.keys(others)).toHaveLength(9);
    expect(Object.values(others).flat()).toEqual([]);

    await database.cutOff('auditor');
    expect((await auditor.look()).buckets).toEqual(buckets);
  });

  it('is how far orders have come, in the columns that those migrations make', async () => {
    const database = await openDatabase();
    for (const [service, schema] of Object.entries(schemas)) await database.migrate(service, schema);
    const orders = [{ name: 'orders-1', ...database.admin }];
    const progress = await openProgress({ scope: 'auditor-test', orders });
    onTestFinished(() => progress.close());

    const ids = [randomUUID()];
    expect(await progress.waiting(ids)).toEqual({ orders: 0, messages: 0 });
    expect(await progress.captureTimes(ids)).toEqual([]);
    expect(await progress.parcelsUnderWay(10)).toEqual([]);
  });

  it('is stock with its holds, movements that are in the ledger or wait for it, and what is yet to be told', async () => {
    const mongo = testMongo();
    onTestFinished(() => mongo.close());
    const movement = { movementId: 'm2', sku: 'mug', units: -1, reason: 'sold', note: null, orderId: 'o1' };
    const counts = { onHand: 9, available: 6, held: 1, claimed: 2 };
    const expiresAt = new Date('2026-11-28T12:00:00Z');
    const holds = { o2: { units: 1, expiresAt }, o3: { units: 2, expiresAt: null } };
    await mongo.db
      .collection<{ _id: string }>('stock')
      .insertOne({ _id: 'mug', ...counts, holds, movements: [movement] } as never);
    const entry = { sku: 'mug', units: 10, reason: 'received', orderId: null, sequence: 1, onHandAfter: 10 };
    await mongo.db.collection<{ _id: string }>('movements').insertOne({ _id: 'm1', ...entry } as never);
    const products = mongo.db.collection<{ _id: string }>('products');
    await products.insertOne({ _id: 'p1', outbox: { publishedVersion: 1, since: expiresAt } } as never);
    await products.insertOne({ _id: 'p2', outbox: { publishedVersion: 2 } } as never);

    const { url, username, password, db } = mongo;
    const account = { url: new URL('/', url).href, username, password, database: db.databaseName };
    const reader = await openStock({ scope: 'auditor-test', products: account });
    onTestFinished(() => reader.close());

    expect(await reader.look()).toEqual({
      stock: [
        {
          sku: 'mug',
          ...counts,
          holds: [
            { orderId: 'o2', units: 1, isClaimed: false, expiresAt },
            { orderId: 'o3', units: 2, isClaimed: true, expiresAt: null },
          ],
        },
      ],
      movements: [
        { movementId: 'm1', ...entry },
        { movementId: 'm2', sku: 'mug', units: -1, reason: 'sold', orderId: 'o1', sequence: null, onHandAfter: null },
      ],
      untold: [
        { service: 'product', messageId: 'products p1', type: 'a change in products', subject: 'p1', isSent: false },
      ],
    });
  });
});

/** A database of the test's own on the first shard. */
async function openDatabase() {
  const [server] = testStores?.orders ?? [];
  if (!server) throw new Error('these tests need order shards');
  const name = `audited_${randomBytes(4).toString('hex')}`;
  const url = new URL(`/${name}`, server.url).href;
  const own = new pg.Client(clientOf(server.url, server));
  await own.connect();
  await own.query(`CREATE DATABASE ${name}`);
  await makeRouting(url, server);
  const owners: string[] = [];
  onTestFinished(async () => {
    await eventually(() => own.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`), { within: '30s' });
    for (const owner of owners) await own.query(`DROP ROLE ${owner}`);
    await own.end();
  });
  return {
    admin: { url, username: server.username, password: server.password },
    /** As when the server dies: whoever goes by that name has lost their connections. */
    async cutOff(application: string) {
      const ends =
        'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2';
      const { rowCount } = await own.query(ends, [name, application]);
      expect(rowCount).toBeGreaterThan(0);
    },
    /** By the service's own program, as the migration Job does. */
    async migrate(service: string, schema: string) {
      const owner = `${name}_${schema}`;
      const password = randomBytes(8).toString('hex');
      owners.push(owner);
      const client = new pg.Client(clientOf(url, server));
      await client.connect();
      await client.query(`CREATE ROLE ${owner} LOGIN PASSWORD '${password}'`);
      await client.query(`GRANT ${owner} TO CURRENT_USER`);
      await client.query(`CREATE SCHEMA ${schema} AUTHORIZATION ${owner}`);
      await client.query(`ALTER ROLE ${owner} SET search_path = ${schema}`);
      await client.end();
      await runMigration(service, { url, username: owner, password });
    },
  };
}

/** As the provision Job does, with one bucket that the shard may write and one that it is giving away. */
async function makeRouting(url: string, account: { username: string; password: string }): Promise<void> {
  const client = new pg.Client(clientOf(url, account));
  await client.connect();
  await client.query(`
    CREATE SCHEMA routing;
    CREATE TABLE routing.bucket_owner (bucket smallint PRIMARY KEY, epoch bigint NOT NULL, mode text NOT NULL);
    INSERT INTO routing.bucket_owner VALUES (7, 3, 'rw'), (8, 1, 'ro')`);
  await client.end();
}

function clientOf(url: string, { username: user, password }: { username: string; password: string }): pg.ClientConfig {
  const { hostname: host, port, pathname } = new URL(url);
  return { host, port: Number(port), database: pathname.slice(1), user, password };
}

async function runMigration(service: string, { url, username, password }: Record<string, string>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'credentials-'));
  await writeFile(join(dir, 'orders-migrate-username'), String(username));
  await writeFile(join(dir, 'orders-migrate-password'), String(password));
  const env = {
    ...process.env,
    SERVICE: service,
    SCOPE: 'test',
    PORT: '0',
    LOCALE: 'en-GB',
    TIME_ZONE: 'Europe/Berlin',
    CURRENCIES: 'EUR',
    COUNTRIES: 'DE',
    PUBLIC_URL: 'http://127.0.0.1',
    CREDENTIALS_DIR: dir,
    LOG_LEVEL: 'error',
    ORDERS_SHARDS: JSON.stringify([{ name: 'orders-1', url, replicas: [], pool: 2 }]),
    // What a service is told besides; its migration needs nothing of it.
    BROKER_URL: 'amqp://127.0.0.1:1',
    CART_URL: 'http://127.0.0.1:1',
    CARRIERS: '[]',
    SHIP_FROM: JSON.stringify({ name: 'A', line1: 'B 1', postcode: '10119', city: 'Berlin', country: 'DE' }),
    STRIPE_DIR: dir,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_x',
    STRIPE_SCRIPT_URL: 'https://js.stripe.com/v3/',
  };
  try {
    await promisify(execFile)(process.execPath, [join(root, `services/${service}/src/migrate.ts`)], { env });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
