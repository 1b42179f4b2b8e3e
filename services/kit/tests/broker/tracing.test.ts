import { join } from 'node:path';
import {
  eventually,
  runService,
  testBroker,
  whyNoBroker,
  type RunningService,
  type TestBroker,
} from '@storefront/kit/testing';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, receiveTraces } from '../trace-receiver.ts';
import { fleet } from './fixtures/notes.ts';
import { readAll } from './fixtures/reading.ts';
import { createShards } from './fixtures/shards.ts';

describe.skipIf(whyNoBroker)(`the trace of an event ${whyNoBroker}`, () => {
  let server: TestBroker;
  let databases: Awaited<ReturnType<typeof createShards>>;
  let receiver: Awaited<ReturnType<typeof receiveTraces>>;
  let service: RunningService;

  beforeAll(async () => {
    receiver = await receiveTraces();
    server = await testBroker(fleet);
    databases = await createShards(1);
    const env = { BROKER_URL: server.admin.url, SHARDS: JSON.stringify(databases.addresses) };
    const traced = { TRACES_ENDPOINT: receiver.endpoint, TRACES_SAMPLE: '0' };
    service = await runService(join(import.meta.dirname, 'fixtures/traced.ts'), {
      env: { ...env, ...traced },
      accounts: { notes: server.account('notes'), readers: server.account('readers') },
    });
  });
  afterAll(async () => {
    await service.end();
    await databases.drop();
    await server.close();
    receiver.close();
  });

  it('leads from the request over the outbox to the consumer, who logs under its id', async () => {
    const read = await readAll(server.admin, 'shelves');
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const { statusCode, body } = await request(`${service.url}/notes/n1`, { method: 'POST', headers });
    expect(statusCode).toBe(200);
    await body.dump();
    const spans = await eventually(
      () => {
        const ours = receiver.spans.filter((span) => span.traceId === traceId);
        for (const name of ['POST /notes/:id', 'publish events', 'readers process'])
          expect(ours.map((span) => span.name)).toContain(name);
        return ours;
      },
      { within: '10s' },
    );
    const span = (name: string) => spans.find((one) => one.name === name);
    expect(span('publish events')?.parentSpanId).toBe(span('POST /notes/:id')?.spanId);
    expect(span('readers process')?.parentSpanId).toBe(span('publish events')?.spanId);
    expect(attribute(span('publish events')?.attributes ?? [], 'messaging.rabbitmq.routing_key')).toBe('note.written');
    expect(service.lines.find(({ msg }) => msg === 'read')).toMatchObject({ traceId });
    // The envelope has the request's own, for those who read it otherwise.
    await eventually(() => expect(read).toHaveLength(1));
    const { traceparent } = JSON.parse(read[0]!.body) as { traceparent: string };
    expect(traceparent).toBe(`00-${traceId}-${span('POST /notes/:id')?.spanId}-01`);
  });
});
