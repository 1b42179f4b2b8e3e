import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvisionPlan } from '../../src/provision/plan.ts';
import { provision, remove } from '../../src/provision/provision.ts';
import {
  type Account,
  memoryLog,
  newPassword as password,
  newScope,
  stores,
  type TestStores,
  whyNoStores,
} from './job.ts';

describe.skipIf(whyNoStores)(`provision${whyNoStores}`, () => {
  const scope = newScope();
  const folder = mkdtempSync(join(tmpdir(), 'provision-'));
  const secrets = {
    product: { 'products-username': `${scope}-product`, 'products-password': password(), 'consul-token': randomUUID() },
    gateway: { 'cache-username': `${scope}-gateway`, 'cache-password': password(), 'consul-token': randomUUID() },
  };
  let plan: ProvisionPlan;
  let log: ReturnType<typeof memoryLog>;
  let isFerret: boolean;

  beforeAll(async () => {
    plan = write(stores, { scope, folder, secrets });
    log = memoryLog();
    await provision(plan, { log: log.log, within: '20s' });
    const client = await mongo(stores, stores.mongo.username, stores.mongo.password, 'admin');
    isFerret = 'ferretdb' in (await client.db().command({ buildInfo: 1 }));
    await client.close();
  });

  afterAll(async () => {
    if (!whyNoStores)
      await consul(stores)('PUT', '/v1/catalog/deregister', stores.consul.token, { Node: `${scope}-gateway-a1` });
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives a service a Mongo user that can work in its database', async () => {
    const client = await mongo(stores, `${scope}-product`, secrets.product['products-password'], `${scope}-product`);
    const things = client.db().collection('things');
    await things.createIndex({ slug: 1 }, { unique: true });
    await things.insertOne({ slug: 'mug' });
    expect(await things.countDocuments()).toBe(1);
    await client.close();
  });

  it('says in the log where a server gives more than was asked for', () => {
    const warning = log.lines().find(({ account, given }) => account === `${scope}-product` && given);
    const given = (warning?.['given'] ?? []) as { role: string }[];
    expect(given.map(({ role }) => role)).toEqual(isFerret ? ['readWriteAnyDatabase', 'clusterAdmin'] : []);
    expect(log.lines().map(({ msg }) => msg)).toContain('account is there');
  });

  it('gives a service a Redis user that sees its own keys only', async () => {
    const redis = await redisAs(stores.cache, `${scope}-gateway`, secrets.gateway['cache-password']);
    expect(await redis.set(`${scope}:gateway:greeting`, 'hello')).toBe('OK');
    expect(await redis.eval('return redis.call("get", KEYS[1])', 1, `${scope}:gateway:greeting`)).toBe('hello');
    await expect(redis.get('other:gateway:greeting')).rejects.toThrow(/NOPERM/);
    await expect(redis.set(`${scope}:web:greeting`, 'x')).rejects.toThrow(/NOPERM/);
    for (const command of ['FLUSHALL', 'KEYS *', 'SCAN 0', 'CONFIG GET *', 'ACL LIST', 'RANDOMKEY', 'MONITOR'])
      await expect(redis.call(...(command.split(' ') as [string])), command).rejects.toThrow(/NOPERM/);
    redis.disconnect();
  });

  it('keeps Redis users over a restart of the server', async () => {
    const admin = await redisAs(stores.cache, stores.cache.username, stores.cache.password);
    // LOAD throws away what is not in the file.
    await admin.call('ACL', 'LOAD');
    expect(await admin.call('ACL', 'LIST')).toContainEqual(expect.stringContaining(`user ${scope}-gateway on`));
    admin.disconnect();
  });

  it('gives a service a Consul token for itself and those it calls, and for nobody else', async () => {
    const call = consul(stores);
    const token = secrets.gateway['consul-token'];
    const register = (name: string, node: string) =>
      call('PUT', '/v1/catalog/register', token, {
        Node: node,
        Address: '127.0.0.1',
        Service: { Service: name, Port: 7000 },
      });
    expect(await register(`${scope}-gateway`, `${scope}-gateway-a1`)).toMatchObject({ status: 200 });
    expect(await register(`${scope}-product`, `${scope}-gateway-a1`)).toMatchObject({ status: 403 });
    expect(await register(`${scope}-gateway`, `${scope}-product-a1`)).toMatchObject({ status: 403 });

    const product = secrets.product['consul-token'];
    const seenBy = async (who: string) => {
      const { body } = await call('GET', `/v1/health/service/${scope}-gateway`, who);
      return (JSON.parse(body) as unknown[]).length;
    };
    expect(await seenBy(token)).toBe(1);
    expect(await seenBy(product)).toBe(0);
  });

  it('changes nothing the second time, and takes a new password', async () => {
    await provision(plan, { log: log.log, within: '20s' });
    const renewed = password();
    writeFileSync(join(folder, 'product', 'products-password'), renewed);
    await provision(plan, { log: log.log, within: '20s' });
    const client = await mongo(stores, `${scope}-product`, renewed, `${scope}-product`);
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
  });

  it('takes everything away again, twice without complaint', async () => {
    const passing = { ...plan, mongo: [], consul: { ...plan.consul, accounts: [] } };
    const admin = await redisAs(stores.cache, stores.cache.username, stores.cache.password);
    await remove(plan, { log: log.log, within: '20s' });
    await remove(passing, { log: log.log, within: '20s' });

    expect(await admin.keys(`${scope}:*`)).toEqual([]);
    expect(await admin.call('ACL', 'GETUSER', `${scope}-gateway`)).toBeNull();
    const call = consul(stores);
    expect(await call('GET', '/v1/acl/token/self', secrets.gateway['consul-token'])).toMatchObject({ status: 403 });
    const gone = mongo(
      stores,
      `${scope}-product`,
      readFileSync(join(folder, 'product/products-password'), 'utf8'),
      'x',
    );
    await expect(gone).rejects.toThrow(/uthentication/);
    admin.disconnect();
  });

  it('names every server that refuses, and what to look at', async () => {
    writeFileSync(join(folder, 'admin', 'password'), 'wrong');
    writeFileSync(join(folder, 'redis', 'password'), 'wrong');
    writeFileSync(join(folder, 'admin', 'token'), randomUUID());
    const failing = provision(plan, { log: log.log, within: '20s' });
    await expect(failing).rejects.toThrow(
      /stores\.products .*admin Secret(.|\n)*stores\.cache(.|\n)*discovery.adminSecretRef/,
    );
    await expect(failing).rejects.not.toThrow(/wrong/);
  });

  it('waits for a server that is not there, until its deadline', async () => {
    const away = {
      ...plan,
      mongo: [],
      consul: { ...plan.consul, accounts: [], urls: ['https://127.0.0.1:9'] },
      redis: [],
    };
    await expect(provision(away, { log: log.log, within: '2s' })).rejects.toThrow(/no Consul server answers/);
    expect(log.lines().map(({ msg }) => msg)).toContain('no success yet, trying again');
  });
});

/** Files as the Job's pod has them. */
function write(
  { mongo, cache, consul }: TestStores,
  { scope, folder, secrets }: { scope: string; folder: string; secrets: Record<string, Record<string, string>> },
): ProvisionPlan {
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  };
  for (const [service, keys] of Object.entries(secrets))
    for (const [key, value] of Object.entries(keys)) put(`${service}/${key}`, value);
  put('redis/username', cache.username);
  put('redis/password', cache.password);
  put('admin/username', mongo.username);
  put('admin/password', `${mongo.password}\n`);
  put('admin/token', consul.token);
  const account = (service: string, store: string) => ({
    service,
    usernameFile: join(folder, service, `${store}-username`),
    passwordFile: join(folder, service, `${store}-password`),
  });
  const adminDir = join(folder, 'admin');
  return {
    postgres: [],
    mongo: [
      {
        store: 'products',
        url: `${mongo.url}/admin`,
        adminDir,
        accounts: [{ ...account('product', 'products'), database: `${scope}-product` }],
      },
    ],
    redis: [
      {
        store: 'cache',
        url: cache.url,
        adminDir: join(folder, 'redis'),
        accounts: [{ ...account('gateway', 'cache'), keys: `${scope}:gateway:*` }],
      },
    ],
    consul: {
      urls: [consul.https],
      serverName: `server.${consul.datacenter}.consul`,
      adminDir,
      caFile: put('ca.crt', consul.caPem),
      accounts: [
        { service: 'product', name: `${scope}-product`, reads: [], tokenFile: join(folder, 'product/consul-token') },
        {
          service: 'gateway',
          name: `${scope}-gateway`,
          reads: [`${scope}-product`],
          tokenFile: join(folder, 'gateway/consul-token'),
        },
      ],
    },
  };
}

async function mongo({ mongo: { url } }: TestStores, username: string, secret: string, database: string) {
  return new MongoClient(`${url}/${database}`, {
    auth: { username, password: secret },
    serverSelectionTimeoutMS: 3_000,
    retryWrites: false,
  }).connect();
}

async function redisAs({ url }: Account, username: string, secret: string): Promise<Redis> {
  const { hostname, port } = new URL(url);
  const options = { host: hostname, port: Number(port), username, password: secret };
  const redis = new Redis({ ...options, lazyConnect: true, enableReadyCheck: false, retryStrategy: null });
  await redis.connect();
  return redis;
}

function consul({ consul: { https, datacenter, caPem } }: TestStores) {
  const dispatcher = new Agent({ connect: { ca: caPem, servername: `server.${datacenter}.consul` } });
  return async (method: 'GET' | 'PUT', target: string, token: string, body?: object) => {
    const answer = await request(https + target, {
      method,
      dispatcher,
      headers: { 'x-consul-token': token },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
}
