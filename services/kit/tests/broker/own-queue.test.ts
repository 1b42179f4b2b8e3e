import assert from 'node:assert/strict';
import { openOwnQueue, UnprocessableMessage, type Broker, type ReceivedMessage } from '@storefront/kit/broker';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { brokerOf, fleet, silent } from './fixtures/notes.ts';
import { depthOf } from './fixtures/reading.ts';

describe.skipIf(whyNoBroker)(`a queue that a service fills for itself ${whyNoBroker}`, () => {
  let server: TestBroker;
  let broker: Broker;

  beforeEach(async () => {
    server = await testBroker(fleet);
    broker = brokerOf(server.account('notes'));
    await eventually(() => assert(broker.publisher.isOpen));
  });
  afterEach(async () => {
    await broker.close();
    await server.close();
  });
  const open = (over = broker) => openOwnQueue({ broker: over, service: 'notes', name: 'webhooks' });

  async function run(receive: (message: ReceivedMessage) => Promise<'duplicate' | void>) {
    const worker = open().consume({ receive, log: silent });
    await worker.start();
    onTestFinished(() => worker.stop());
  }

  it('keeps the bytes and headers as they came, and gives them back once they were asked for', async () => {
    const bytes = Buffer.from('{"id": "evt_1",\n"ü": "\u0000"}');
    await open().enqueue(bytes, { 'stripe-signature': 't=1,v1=abc' });
    expect(await depthOf(server.admin, 'notes.webhooks')).toBe(1);
    const received: ReceivedMessage[] = [];
    await run(async (message) => void received.push(message));
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]!.content.equals(bytes)).toBe(true);
    expect(received[0]!.headers).toEqual({ 'stripe-signature': 't=1,v1=abc' });
    expect(received[0]!.messageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes many at once', async () => {
    const queue = open();
    await Promise.all(Array.from({ length: 300 }, (_, at) => queue.enqueue(Buffer.from(String(at)))));
    expect(await depthOf(server.admin, 'notes.webhooks')).toBe(300);
  });

  it('refuses what it cannot keep, so that it is sent again: the queue is missing, the broker is away', async () => {
    await server.api('DELETE', 'queues/{vhost}/notes.webhooks');
    await expect(open().enqueue(Buffer.from('x'))).rejects.toMatchObject({
      kind: 'unavailable',
      details: { retryAfter: 5 },
    });
    const away = brokerOf({ ...server.account('notes'), url: 'amqp://127.0.0.1:1/x' });
    onTestFinished(() => away.close());
    await expect(open(away).enqueue(Buffer.from('x'))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('has dead letters like any other', async () => {
    await run(async ({ content }) => {
      if (content.toString() === 'odd') throw new UnprocessableMessage('refused', 'nobody knows this');
    });
    await open().enqueue(Buffer.from('odd'));
    await open().enqueue(Buffer.from('even'));
    await eventually(async () => expect(await depthOf(server.admin, 'notes.webhooks.dead')).toBe(1));
    expect(await depthOf(server.admin, 'notes.webhooks')).toBe(0);
  });
});
