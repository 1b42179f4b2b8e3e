import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { eventually } from '../cluster/cluster.ts';
import { killStore, reviveStores, storesFolder } from '../cluster/servers.ts';

type Account = { username: string; password: string };
type Stores = {
  orders: (Account & { name: string; url: string; replicas: string[] })[];
  broker: Account & { management: string };
  mail: { http: string };
  stripe: { url: string; secretKey: string };
  carrier: { url: string; apiKey: string };
};

const path = process.env['STOREFRONT_TEST_STORES'];
const reason = path ? '' : ' (needs the tests’ stores: make test)';

/** What the rest of these tests stand on: a server that dies comes back with all that it had acknowledged. */
describe.skipIf(reason)(`lost databases, brokers and mails${reason}`, { timeout: 120_000 }, () => {
  const stores = (path ? JSON.parse(readFileSync(path, 'utf8')) : undefined) as Stores;
  const database = `test_${randomBytes(4).toString('hex')}`;
  const shard = () => stores.orders[0]!;

  beforeAll(async () => {
    await ask(shard().url, `CREATE DATABASE ${database}`, 'postgres');
    await ask(shard().url, 'CREATE TABLE notes (note text PRIMARY KEY)');
  });
  afterEach(() => reviveStores(), 60_000);
  afterAll(async () => {
    if (!path) return;
    await eventually(() => ask(shard().url, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`, 'postgres'), {
      within: 30_000,
    });
  });

  async function ask(url: string, text: string, name = database): Promise<unknown[]> {
    const { hostname, port } = new URL(url);
    const { username: user, password } = shard();
    const sql = new pg.Client({ host: hostname, port: Number(port), database: name, user, password });
    sql.on('error', () => undefined);
    await sql.connect();
    try {
      const { rows } = await sql.query<Record<string, unknown>>(text);
      return rows.map((row) => Object.values(row)[0]);
    } finally {
      await sql.end();
    }
  }

  const write = (note: string) => ask(shard().url, `INSERT INTO notes VALUES ('${note}')`);
  const read = (url: string) => ask(url, 'SELECT note FROM notes ORDER BY note');
  const replica = () => shard().replicas[0]!;
  const within = { within: 10_000 };

  it('keeps what a primary had committed, and its replica follows it again', async () => {
    await write('a');
    await eventually(async () => expect(await read(replica())).toEqual(['a']), within);
    await killStore('orders-1');
    expect(await read(replica())).toEqual(['a']);
    await reviveStores();
    await write('b');
    await eventually(async () => expect(await read(replica())).toEqual(['a', 'b']), within);
  });

  it('lets a replica that was away catch up', async () => {
    await killStore('orders-1-replica');
    await write('c');
    await reviveStores();
    await eventually(async () => expect(await read(replica())).toEqual(['a', 'b', 'c']), within);
  });

  it('makes a replica anew that cannot go on from where it was', async () => {
    await killStore('orders-1-replica');
    await rm(join(storesFolder, 'orders-1-replica/data/pg_wal'), { recursive: true });
    await write('d');
    await reviveStores();
    await eventually(async () => expect(await read(replica())).toEqual(['a', 'b', 'c', 'd']), within);
    await expect(ask(replica(), "INSERT INTO notes VALUES ('e')")).rejects.toThrow(/read-only/);
  });

  async function api(method: 'GET' | 'PUT' | 'POST' | 'DELETE', place: string, body?: object): Promise<unknown> {
    const { management, username, password } = stores.broker;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await request(`${management}/api/${place}`, { method, headers, body: JSON.stringify(body ?? {}) });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`${place}: ${answer.statusCode} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** RabbitMQ writes down the names of new queues some seconds later; one that it does not know after a crash begins empty. */
  const namesOnDisk = () =>
    globSync(join(storesFolder, 'rabbitmq/data/*/quorum/*/names.dets'))
      .map((file) => readFileSync(file, 'latin1'))
      .join();

  it('keeps what the broker had taken, and the broker keeps on while Erlang’s port mapper is away', async () => {
    const queue = `queues/%2F/${database}`;
    const message = {
      properties: { delivery_mode: 2 },
      routing_key: database,
      payload: 'kept',
      payload_encoding: 'string',
    };
    const take = { count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' };
    await api('PUT', queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await eventually(() => Promise.resolve(expect(namesOnDisk()).toContain(database)), { within: 30_000 });
    expect(await api('POST', 'exchanges/%2F/amq.default/publish', message)).toEqual({ routed: true });
    await killStore('rabbitmq');
    await reviveStores();
    await eventually(async () => expect(await api('POST', `${queue}/get`, take)).toMatchObject([{ payload: 'kept' }]), {
      within: 20_000,
    });
    await killStore('epmd');
    expect(await api('POST', 'exchanges/%2F/amq.default/publish', message)).toEqual({ routed: true });
    await api('DELETE', queue);
  });

  it('keeps what Stripe and the carrier know', async () => {
    const { stripe, carrier } = stores;
    const paid = { authorization: `Bearer ${stripe.secretKey}`, 'content-type': 'application/x-www-form-urlencoded' };
    const carried = { authorization: `Bearer ${carrier.apiKey}`, 'content-type': 'application/json' };
    const parcel = { parcel: { length: 10, width: 10, height: 10, weight: 10 } };
    const made = [
      await request(`${stripe.url}/v1/customers`, { method: 'POST', headers: paid, body: `name=${database}` }),
      await request(`${carrier.url}/v2/parcels`, { method: 'POST', headers: carried, body: JSON.stringify(parcel) }),
    ];
    const [customer, box] = (await Promise.all(made.map(({ body }) => body.json()))) as { id: string }[];
    await Promise.all([killStore('stripe'), killStore('carrier')]);
    await reviveStores();
    const found = await request(`${stripe.url}/v1/customers/${customer!.id}`, { headers: paid });
    expect(await found.body.json()).toMatchObject({ id: customer!.id, name: database });
    const kept = await request(`${carrier.url}/v2/parcels/${box!.id}`, { headers: carried });
    expect(await kept.body.json()).toMatchObject({ id: box!.id, weight: 10 });
  });

  it('keeps mails', async () => {
    const { http } = stores.mail;
    const mail = {
      From: { Email: 'shop@acme.example' },
      To: [{ Email: `${database}@example.com` }],
      Subject: 'Kept',
      Text: '…',
    };
    const sent = await request(`${http}/api/v1/send`, { method: 'POST', body: JSON.stringify(mail) });
    expect(sent.statusCode).toBe(200);
    await sent.body.dump();
    await killStore('mail');
    await reviveStores();
    const found = await request(`${http}/api/v1/search?query=to:${database}@example.com`);
    expect(await found.body.json()).toMatchObject({ messages: [{ Subject: 'Kept' }] });
  });
});
