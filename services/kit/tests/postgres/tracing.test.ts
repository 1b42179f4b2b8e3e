import { join } from 'node:path';
import { eventually, runService, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { receiveTraces } from '../trace-receiver.ts';
import { freshBucket, testNotes } from './notes.ts';

describe.skipIf(!testStores?.orders)(`a service on shards ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  it('shows each statement in its trace, without the values, and its pools in its metrics', async () => {
    const receiver = await receiveTraces();
    onTestFinished(() => void receiver.close());
    const env = {
      ORDERS_SHARDS: JSON.stringify(servers.shards),
      TRACES_ENDPOINT: receiver.endpoint,
      TRACES_SAMPLE: '1',
    };
    const { username, password } = servers;
    const service = await runService(join(import.meta.dirname, 'note-service.ts'), {
      env,
      accounts: { orders: { username, password } },
    });
    const put = async (id: string, bucket: number) => {
      const { statusCode, body } = await request(`${service.url}/notes/${id}?bucket=${bucket}`, { method: 'PUT' });
      await body.dump();
      return statusCode;
    };
    expect(await put('first', freshBucket(servers, 0))).toBe(200);
    const metrics = await (await request(`${service.url}/metrics`)).body.text();
    expect(metrics).toMatch(/^postgres_pool_connections{server="orders-1",state="idle",service="notes"} [1-4]$/m);
    expect((await service.end()).code).toBe(0);

    await eventually(() => {
      const root = receiver.spans.find(({ name }) => name === 'PUT /notes/:id');
      const children = receiver.spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
      const statements = children.map(({ name }) => name.replace(/^pg\.query:(\S+( notes)?).*/, '$1').toLowerCase());
      expect(statements).toEqual(['begin', 'insert notes', 'commit']);
      expect(receiver.spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual([root?.name]);
    });
    expect(JSON.stringify(receiver.spans)).not.toContain('secret');
  });
});
