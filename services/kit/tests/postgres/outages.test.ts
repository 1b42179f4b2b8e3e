import { connectShards } from '@storefront/kit/postgres';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { reply, route } from '@storefront/kit/http';
import { eventually, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createRelay } from '../relay.ts';
import { serve } from '../serve.ts';
import { connect, freshBucket, testNotes, write, type Tables } from './notes.ts';

describe.skipIf(!testStores?.orders)(`a shard that is lost ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  /** The first shard behind a wire that can be cut; the others as they are. */
  async function behindRelay() {
    const [first, ...others] = servers.shards;
    const { hostname: host, port } = new URL(first?.url ?? '');
    const relay = await createRelay({ host, port: Number(port) });
    onTestFinished(() => relay.close());
    const url = new URL(first?.url ?? '');
    url.host = `127.0.0.1:${relay.port}`;
    const lines: { msg: string; store?: string }[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()) as { msg: string });
        done();
      },
    });
    const log = createLog({ service: 'test', level: 'info', destination });
    const metrics = createMetrics({ service: 'test' });
    const settings = { shards: [{ name: 'orders-1', replicas: [], pool: 4, url: url.href }, ...others], log, metrics };
    const { username, password } = servers;
    const shards = connectShards<Tables>({ ...settings, username, password, name: 'test' });
    onTestFinished(() => shards.close());
    return { relay, shards, lines, metrics };
  }

  it('takes its own buckets along and no others, and comes back by itself within 10 s', async () => {
    const { relay, shards, lines } = await behindRelay();
    const [lost, well] = [freshBucket(servers, 0), freshBucket(servers, 1)];
    await write(shards, lost, 'before');
    for (let round = 0; round < 3; round += 1) {
      relay.cut();
      const failures = Array.from({ length: 8 }, (_, i) => write(shards, lost, `lost-${round}-${i}`));
      const successes = Array.from({ length: 8 }, (_, i) => write(shards, well, `well-${round}-${i}`));
      for (const failure of await Promise.allSettled(failures))
        expect(failure).toMatchObject({
          reason: { code: 'store-unavailable', status: 503, details: { retryAfter: 1 } },
        });
      await Promise.all(successes);
      relay.mend();
      await eventually(() => write(shards, lost, `back-${round}`), { within: '10s' });
    }
    expect(relay.connections).toBeLessThanOrEqual(4);
    const said = lines.filter(({ store }) => store === 'orders-1').map(({ msg }) => msg);
    expect(said).toEqual(Array.from({ length: 3 }, () => ['postgres is lost', 'postgres is back']).flat());
  });

  it('is not needed to start: a service answers 503 for its buckets until it is there', async () => {
    const { relay, shards } = await behindRelay();
    relay.cut();
    const [lost, well] = [freshBucket(servers, 0), freshBucket(servers, 1)];
    const put = route({
      method: 'PUT',
      path: '/notes/:bucket',
      summary: 'Writes a note',
      allow: ['anyone'],
      params: { bucket: z.coerce.number() },
      response: z.strictObject({}),
      async handle({ params: { bucket } }) {
        await write(shards, bucket, crypto.randomUUID());
        return reply({});
      },
    });
    const { ask } = await serve([put]);
    expect(await ask('PUT', `/notes/${lost}`)).toMatchObject({
      status: 503,
      json: { code: 'store-unavailable' },
      headers: { 'retry-after': '1' },
    });
    expect((await ask('PUT', `/notes/${well}`)).status).toBe(200);
    relay.mend();
    await eventually(async () => expect((await ask('PUT', `/notes/${lost}`)).status).toBe(200), { within: '10s' });
  });

  it('that swallows everything is given up in 6 s, and none of its connections is used again', async () => {
    const { relay, shards, metrics } = await behindRelay();
    const [lost, well] = [freshBucket(servers, 0), freshBucket(servers, 1)];
    await Promise.all(Array.from({ length: 4 }, (_, i) => write(shards, lost, `before-${i}`)));
    relay.freeze();
    const from = performance.now();
    const failures = Promise.allSettled(Array.from({ length: 8 }, (_, i) => write(shards, lost, `frozen-${i}`)));
    await eventually(async () =>
      expect(await metrics.registry.metrics()).toMatch(/^postgres_pool_waiting{.*server="orders-1".*} 4$/m),
    );
    await write(shards, well, 'meanwhile');
    for (const failure of await failures)
      expect(failure).toMatchObject({
        reason: { kind: 'unavailable', code: expect.stringMatching(/^store-/) as string },
      });
    expect(performance.now() - from).toBeLessThan(15_000);
    relay.mend();
    await eventually(() => write(shards, lost, 'after'), { within: '10s' });
    expect(await metrics.registry.metrics()).toMatch(
      /^postgres_pool_connections{.*server="orders-1",state="idle".*} [1-4]$/m,
    );
  });

  it('that cannot be reached is not tried by everybody: who comes while that is known is told at once', async () => {
    const { relay, shards } = await behindRelay();
    const [lost, well] = [freshBucket(servers, 0), freshBucket(servers, 1)];
    await write(shards, lost, 'before');
    relay.cut();
    relay.freeze();
    // The first ones may find that their connection has ended.
    for (const known = relay.begun; relay.begun === known;)
      await expect(write(shards, lost, 'unreachable')).rejects.toMatchObject({ code: 'store-unavailable' });
    const before = relay.begun;
    const failures = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => write(shards, lost, `away-${i}`)));
    for (const failure of failures)
      expect(failure).toMatchObject({ reason: { code: 'store-unavailable', details: { retryAfter: 1 } } });
    // On a slow machine a second has passed, and one of them has tried.
    expect(relay.begun - before).toBeLessThanOrEqual(1);
    await write(shards, well, 'meanwhile');
    relay.mend();
    await eventually(() => write(shards, lost, 'after-away'), { within: '10s' });
  });

  it('frees the connection of a statement that takes longer than 5 s', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    const slow = shards.read(bucket, (db) => sql`select pg_sleep(20)`.execute(db));
    await expect(slow).rejects.toMatchObject({ code: 'store-busy' });
    await write(shards, bucket, 'a');
  });
});
