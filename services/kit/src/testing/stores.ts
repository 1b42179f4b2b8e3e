import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Db, MongoClient } from 'mongodb';
import { z } from 'zod';
import { createLog } from '../log.ts';
import { connectMongo } from '../stores/mongo.ts';
import { connectRedis } from '../stores/redis.ts';

const Account = z.object({ url: z.url(), username: z.string(), password: z.string() });
const Database = Account.extend({ name: z.string(), replicas: z.array(z.url()) });
const Stores = z.object({
  mongo: Account,
  cache: Account,
  state: Account,
  customers: Database.exactOptional(),
  orders: z.array(Database).min(1).exactOptional(),
  broker: Account.extend({ management: z.url() }).exactOptional(),
  mail: z.object({ smtp: z.url(), http: z.url() }).exactOptional(),
});
export type TestStores = z.infer<typeof Stores>;

const path = process.env['STOREFRONT_TEST_STORES'];

/** The store instance that tests use, or undefined: `describe.skipIf(!testStores)(`… ${whyNoStores}`, …)`. */
export const testStores: TestStores | undefined = path
  ? Stores.parse(JSON.parse(readFileSync(path, 'utf8')))
  : undefined;

/** Empty when there are stores; else the reason to put into the skipped suite's name. */
export const whyNoStores = testStores ? '' : '(skipped: STOREFRONT_TEST_STORES is not set, run make test)';

const log = createLog({ service: 'test', level: 'silent' });

/** A database of its own on the real server, dropped by `close`. `url` leads to it, without login. */
export function testMongo(): {
  db: Db;
  client: MongoClient;
  url: string;
  username: string;
  password: string;
  close(): Promise<void>;
} {
  const { url: server, username, password } = required('mongo');
  const url = new URL(server);
  url.pathname = `/test-${randomBytes(6).toString('hex')}`;
  const mongo = connectMongo({ url: url.href, username, password, log, name: 'test' });
  const close = async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  };
  return { ...mongo, url: url.href, username, password, close };
}

/** A key prefix of its own on the real server, its keys removed by `close`; wait with `ready()` before the first command. */
export function testRedis(kind: 'cache' | 'state'): {
  redis: Redis;
  prefix: string;
  url: string;
  username: string;
  password: string;
  ready(): Promise<void>;
  close(): Promise<void>;
} {
  const account = required(kind);
  const prefix = `test-${randomBytes(6).toString('hex')}:`;
  const redis = connectRedis({ ...account, log, name: 'test', keyPrefix: prefix });
  const ready = async () => {
    if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  };
  const close = async () => {
    for await (const keys of redis.scanStream({ match: `${prefix}*` }) as AsyncIterable<string[]>)
      for (const key of keys) await redis.del(key.slice(prefix.length));
    redis.disconnect();
  };
  return { redis, prefix, ...account, ready, close };
}

function required(kind: 'mongo' | 'cache' | 'state'): z.infer<typeof Account> {
  if (!testStores) throw new Error('STOREFRONT_TEST_STORES is not set: these tests need real stores (make test)');
  return testStores[kind];
}
