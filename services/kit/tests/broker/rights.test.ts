import { testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { queueArguments } from '@storefront/kit/topology';
import type { ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleet } from './fixtures/notes.ts';
import { plainConnection } from './fixtures/reading.ts';

describe.skipIf(whyNoBroker)(`the broker’s user of a service ${whyNoBroker}`, () => {
  let server: TestBroker;
  beforeAll(async () => {
    server = await testBroker(fleet);
  });
  afterAll(() => server.close());

  /** The reply code that the broker ends the channel with, or `allowed`. */
  async function attempt(
    service: string,
    act: (channel: ConfirmChannel) => Promise<unknown>,
  ): Promise<number | 'allowed'> {
    const channel = await (await plainConnection(server.account(service))).createConfirmChannel();
    const refused = new Promise<number>((resolve) =>
      channel.on('error', (error: Error & { code?: number }) => resolve(error.code ?? 0)),
    );
    const acted = act(channel).then(
      () => 'allowed' as const,
      (error: Error & { code?: number }) => error.code ?? refused,
    );
    return Promise.race([acted, refused]);
  }
  const publish = (exchange: string, key: string) => (channel: ConfirmChannel) =>
    new Promise((resolve, reject) => {
      channel.publish(exchange, key, Buffer.from('x'), { mandatory: true }, (error) =>
        error ? reject(error as Error) : resolve(''),
      );
    });

  it('publishes what it declares, to itself only what it declares, and nothing anywhere else', async () => {
    expect(await attempt('notes', publish('events', 'note.written'))).toBe('allowed');
    expect(await attempt('notes', publish('notes.direct', 'notes.webhooks'))).toBe('allowed');
    for (const [exchange, key] of [
      ['events', 'note.burned'],
      ['', 'readers'],
      ['dead-letters', 'readers'],
      ['amq.topic', 'note.written'],
    ] as const)
      expect(await attempt('notes', publish(exchange, key))).toBe(403);
    expect(await attempt('readers', publish('events', 'note.written'))).toBe(403);
    expect(await attempt('readers', publish('notes.direct', 'notes.webhooks'))).toBe(403);
  });

  it('reads its own queues, and no other’s, and no dead letters', async () => {
    expect(await attempt('readers', (channel) => channel.get('readers'))).toBe('allowed');
    expect(await attempt('notes', (channel) => channel.get('notes.webhooks'))).toBe('allowed');
    for (const queue of ['shelves', 'readers.dead', 'unconsumed'])
      expect(await attempt('readers', (channel) => channel.get(queue))).toBe(403);
  });

  it('makes no queue with dead letters, no exchange and no binding', async () => {
    const argumentsOf = (queue: string) => ({ durable: true, arguments: queueArguments(queue) });
    expect(await attempt('readers', (channel) => channel.assertQueue('mine', argumentsOf('mine')))).toBe(403);
    expect(await attempt('readers', (channel) => channel.assertExchange('mine', 'topic'))).toBe(403);
    expect(await attempt('readers', (channel) => channel.bindQueue('readers', 'events', 'note.dropped'))).toBe(403);
    await server.api('DELETE', 'queues/{vhost}/readers');
    expect(await attempt('readers', (channel) => channel.assertQueue('readers', argumentsOf('readers')))).toBe(403);
  });

  it('can be sure of dead letters even for a queue that somebody makes by hand', async () => {
    await server.api('PUT', 'queues/{vhost}/by-hand', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    const channel = await (await plainConnection(server.admin)).createConfirmChannel();
    channel.sendToQueue('by-hand', Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    const message = await channel.get('by-hand');
    if (!message) throw new Error('nothing there');
    channel.reject(message, false);
    const dead = async () => (await channel.checkQueue('unclaimed.dead')).messageCount;
    await expect.poll(dead).toBe(1);
  });
});
