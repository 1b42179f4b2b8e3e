import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { connectRedis } from '@storefront/kit/redis';
import { eventually, testMongo, testRedis, testStores, whyNoStores } from '@storefront/kit/testing';
import { reply, route } from '@storefront/kit/http';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createRelay } from './relay.ts';
import { serve } from './serve.ts';

const log = createLog({ service: 'test', level: 'silent' });
const anyone = { allow: ['anyone'], summary: 'A route of a test', response: z.looseObject({}) } as const;

async function relayTo(url: string) {
  const { hostname: host, port } = new URL(url);
  const relay = await createRelay({ host, port: Number(port) });
  onTestFinished(() => relay.close());
  return relay;
}

async function took(work: Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work.catch(() => {});
  return performance.now() - from;
}

describe.skipIf(!testStores)(`Mongo ${whyNoStores}`, () => {
  let server: ReturnType<typeof testMongo>;
  beforeAll(() => {
    server = testMongo();
  });
  afterAll(() => server.close());

  async function behindRelay() {
    const relay = await relayTo(server.url);
    const url = new URL(server.url);
    url.host = `127.0.0.1:${relay.port}`;
    const mongo = connectMongo({ ...server, url: url.href, log, name: 'test' });
    onTestFinished(() => mongo.close());
    const notes = mongo.db.collection<{ _id: string }>('notes');
    return { relay, mongo, count: () => notes.countDocuments({}) };
  }

  it('is not needed to start: a service without it answers 503 in time, and recovers by itself', async () => {
    const { relay, count } = await behindRelay();
    relay.cut();
    const read = route({ ...anyone, method: 'GET', path: '/n', handle: async () => reply({ count: await count() }) });
    const { ask } = await serve([read]);
    const answer = ask('GET', '/n');
    expect(await took(answer)).toBeLessThan(9_000);
    expect(await answer).toMatchObject({
      status: 503,
      json: { code: 'store-unavailable' },
      headers: { 'retry-after': '1' },
    });
    relay.mend();
    await eventually(async () => expect((await ask('GET', '/n')).status).toBe(200), { within: '10s' });
  });

  it('is used again within 10 s after each loss, and connections do not pile up', async () => {
    const { relay, count } = await behindRelay();
    for (let round = 0; round < 3; round += 1) {
      await eventually(() => Promise.all(Array.from({ length: 10 }, count)), { within: '10s' });
      relay.cut();
      await expect(count()).rejects.toMatchObject({ name: expect.stringMatching(/^Mongo/) as string });
      relay.mend();
    }
    await eventually(count, { within: '10s' });
    expect(relay.connections).toBeLessThan(15);
  });

  it('that swallows everything is given up, and used again when it answers', async () => {
    const { relay, count } = await behindRelay();
    await count();
    relay.freeze();
    expect(await took(count())).toBeLessThan(20_000);
    relay.mend();
    await eventually(count, { within: '10s' });
  });

  it('does not store a field that is undefined', async () => {
    const notes = server.db.collection<{ _id: string; text?: string | undefined }>('fields');
    await notes.insertOne({ _id: 'a', text: undefined });
    expect(await notes.findOne({ _id: 'a' })).toEqual({ _id: 'a' });
  });
});

describe.skipIf(!testStores)(`Redis ${whyNoStores}`, () => {
  let server: ReturnType<typeof testRedis>;
  beforeAll(async () => {
    server = testRedis('cache');
    await server.ready();
  });
  afterAll(() => server.close());

  async function behindRelay() {
    const relay = await relayTo(server.url);
    const options = { ...server, url: `redis://127.0.0.1:${relay.port}`, keyPrefix: server.prefix };
    const redis = connectRedis({ ...options, log, name: 'test' });
    onTestFinished(() => redis.disconnect());
    const isBack = () => eventually(() => redis.get('a'), { within: '10s' });
    return { relay, redis, isBack };
  }

  it('is not needed to start: commands fail at once, a service answers 503, and it recovers by itself', async () => {
    const { relay, redis, isBack } = await behindRelay();
    relay.cut();
    const read = route({
      ...anyone,
      method: 'GET',
      path: '/n',
      handle: async () => reply({ a: await redis.get('a') }),
    });
    const { ask } = await serve([read]);
    await eventually(async () => {
      const answer = await ask('GET', '/n');
      expect(answer).toMatchObject({ status: 503, json: { code: 'store-unavailable' } });
    });
    expect(await took(redis.get('a'))).toBeLessThan(2_000);
    relay.mend();
    await isBack();
    expect((await ask('GET', '/n')).status).toBe(200);
  });

  it('is used again within 10 s after each loss, over one connection', async () => {
    const { relay, redis, isBack } = await behindRelay();
    for (let round = 0; round < 3; round += 1) {
      await isBack();
      relay.cut();
      await eventually(() => expect(redis.get('a')).rejects.toThrow(/./));
      relay.mend();
    }
    await isBack();
    expect(relay.connections).toBe(1);
  });

  it('that swallows everything costs 250 ms a command, and its connection is given up', async () => {
    const { relay, redis, isBack } = await behindRelay();
    await isBack();
    relay.freeze();
    const wait = await took(redis.get('a'));
    expect(wait).toBeGreaterThan(200);
    expect(wait).toBeLessThan(5_000);
    relay.mend();
    await isBack();
  });

  it('that became a read-only replica is connected to anew: the name leads to the new primary', async () => {
    const { redis, isBack } = await behindRelay();
    await isBack();
    const before = await redis.client('ID');
    const refusal = `return redis.error_reply("READONLY You can't write against a read only replica.")`;
    await expect(redis.eval(refusal, 0)).rejects.toThrow(/READONLY/);
    await eventually(async () => expect(await redis.client('ID')).toBeGreaterThan(before));
  });

  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'NOREPLICAS Not enough good replicas to write.',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "READONLY You can't write against a read only replica.",
  ])('that takes no writes now is 503 with a time to come again: %s', async (refusal) => {
    const { redis, isBack } = await behindRelay();
    await isBack();
    const write = route({
      ...anyone,
      method: 'PUT',
      path: '/n',
      async handle() {
        await redis.eval('return redis.error_reply(ARGV[1])', 0, refusal);
        return reply({ a: null });
      },
    });
    const { ask } = await serve([write]);
    const { status, json, headers } = await ask('PUT', '/n');
    expect({ status, code: json['code'] }).toEqual({ status: 503, code: 'store-unavailable' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('serves an account that is limited to the keys of its service', async () => {
    const username = `test-${randomBytes(6).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    const rules = ['on', `>${password}`, 'resetkeys', `~${username}:*`, '+@all', '-@dangerous', '-@admin'];
    await server.redis.acl('SETUSER', username, ...rules);
    onTestFinished(async () => void (await server.redis.acl('DELUSER', username)));
    const own = connectRedis({ url: server.url, username, password, log, name: 'test', keyPrefix: `${username}:` });
    onTestFinished(() => own.disconnect());
    await eventually(() => own.set('a', '1', 'EX', 10));
    expect(await own.get('a')).toBe('1');
    const foreign = connectRedis({ url: server.url, username, password, log, name: 'test' });
    onTestFinished(() => foreign.disconnect());
    await eventually(() => expect(foreign.get('other')).rejects.toThrow(/NOPERM/));
  });
});
