import { join } from 'node:path';
import {
  eventually,
  runService,
  testMongo,
  testRedis,
  testStores,
  whyNoStores,
  type RunningService,
} from '@storefront/kit/testing';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, receiveTraces } from './trace-receiver.ts';

const unsampled = '00-2af7651916cd43dd8448eb211c80319e-b7ad6b7169203331-00';

describe.skipIf(!testStores)(`traces ${whyNoStores}`, () => {
  let receiver: Awaited<ReturnType<typeof receiveTraces>>;
  let mongo: ReturnType<typeof testMongo>;
  let cache: ReturnType<typeof testRedis>;
  const running: RunningService[] = [];

  async function run(service: string, env: Record<string, string>, peerUrl = 'http://127.0.0.1:1') {
    const process = await runService(join(import.meta.dirname, 'notes/main.ts'), {
      env: { SERVICE: service, PRODUCTS_URL: mongo.url, CACHE_URL: cache.url, NOTES_URL: peerUrl, ...env },
      accounts: { products: mongo, cache },
    });
    running.push(process);
    return process;
  }

  beforeAll(async () => {
    receiver = await receiveTraces();
    mongo = testMongo();
    cache = testRedis('cache');
    await mongo.db.collection<{ _id: string; text: string }>('notes').insertOne({ _id: 'one', text: 'first' });
  });

  afterAll(async () => {
    await Promise.all(running.map((process) => process.end()));
    await cache.redis.del('reads:one');
    await Promise.all([mongo.close(), cache.close()]);
    receiver.close();
  });

  it('one trace leads from the caller through two services to Mongo and Redis, and the log carries its id', async () => {
    const traced = { TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '1' };
    const notes = await run('notes', traced);
    const copies = await run('copies', traced, notes.url);
    // The first query also opens the connection; its login is not what this is about.
    await (await request(`${notes.url}/notes/one`, { headers: { traceparent: unsampled } })).body.dump();
    const traceId = '0af7651916cd43dd8448eb211c80319c';

    const answer = await request(`${copies.url}/copies/one`, {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();

    const spans = await eventually(
      () => {
        const ours = receiver.spans.filter((span) => span.traceId === traceId);
        expect(
          ours.map(({ service, library, name }) => `${service} ${library.replace(/.*-/, '')} ${name}`).toSorted(),
        ).toEqual([
          'copies http GET /copies/:id',
          'copies undici GET',
          'notes http GET /notes/:id',
          'notes ioredis incr',
          'notes mongodb find notes',
        ]);
        return ours;
      },
      { within: '8s' },
    );
    const span = (service: string, library: string) =>
      spans.find((one) => one.service === service && one.library.endsWith(library));
    expect(span('copies', 'http')?.parentSpanId).toBe('b7ad6b7169203331');
    expect(span('notes', 'http')?.parentSpanId).toBe(span('copies', 'undici')?.spanId);
    expect(span('notes', 'mongodb')?.parentSpanId).toBe(span('notes', 'http')?.spanId);
    expect(span('notes', 'ioredis')?.parentSpanId).toBe(span('notes', 'http')?.spanId);
    expect(attribute(span('notes', 'http')?.attributes ?? [], 'http.route')).toBe('/notes/:id');
    expect(JSON.stringify(spans)).not.toContain(cache.prefix);
    expect(notes.lines.findLast((line) => line['msg'] === 'request')).toMatchObject({ traceId, route: '/notes/:id' });
  });

  it('sends the last spans before the process ends, and none of the probes', async () => {
    const notes = await run('last', { TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '1' });
    for (const path of ['/livez', '/readyz', '/metrics', '/notes/none'])
      await (await request(notes.url + path)).body.dump();
    expect((await notes.end()).code).toBe(0);
    const names = receiver.spans.filter((span) => span.service === 'last' && span.kind === 2).map((span) => span.name);
    expect(names).toEqual(['GET /notes/:id']);
  });

  it('leaves queries out: a link that opens something carries its token there', async () => {
    const notes = await run('links', { TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '1' });
    await (await request(`${notes.url}/nowhere?token=order.opens-it`)).body.dump();
    await notes.end();
    const [span] = receiver.spans.filter(({ service, kind }) => service === 'links' && kind === 2);
    expect(attribute(span?.attributes ?? [], 'url.path')).toBe('/nowhere');
    expect(attribute(span?.attributes ?? [], 'url.query')).toBe('[left out]');
    expect(JSON.stringify(span)).not.toContain('opens-it');
  });

  it('samples nothing that begins here at a ratio of 0, but follows the caller who sampled', async () => {
    const notes = await run('rare', { TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '0' });
    await (await request(`${notes.url}/notes/one`)).body.dump();
    const traceparent = '00-1af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01';
    await (await request(`${notes.url}/notes/one`, { headers: { traceparent } })).body.dump();
    await notes.end();
    const traceIds = receiver.spans.filter((span) => span.service === 'rare').map((span) => span.traceId);
    expect(new Set(traceIds)).toEqual(new Set(['1af7651916cd43dd8448eb211c80319d']));
  });

  it('costs no traced process more than 30 MiB over one that is not traced', async () => {
    const memory = async (env: Record<string, string>) => {
      const notes = await run('memory', env);
      for (let i = 0; i < 50; i += 1) await (await request(`${notes.url}/notes/one`)).body.dump();
      const metrics = await (await request(`${notes.url}/metrics`)).body.text();
      return Number(/^process_resident_memory_bytes\S* (\S+)$/m.exec(metrics)?.[1]) / 2 ** 20;
    };
    const without = await memory({});
    const traced = await memory({ TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '0.01' });
    expect(traced - without).toBeLessThan(30);
  });
});
