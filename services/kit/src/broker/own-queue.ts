import { randomUUID } from 'node:crypto';
import { unavailable } from '../errors.ts';
import type { Worker } from '../http/service.ts';
import type { Broker } from './connection/broker.ts';
import { createConsumer, type ConsumerOptions } from './consumer/consumer.ts';
import { ownQueue } from './topology.ts';

/** What came in from outside, kept as it came: the bytes that were signed. */
export type OwnQueue = {
  readonly queue: string;
  /** Resolves when the broker keeps it on disk; else throws `unavailable`, so that whoever sent it sends it again. */
  enqueue(content: Buffer, headers?: Readonly<Record<string, string>>): Promise<void>;
  /** As of every queue: what `receive` throws decides the fate of the message. */
  consume(options: Pick<ConsumerOptions, 'receive' | 'log' | 'prefetch'>): Worker;
};

/** A durable queue that a service fills for itself: `openOwnQueue({ broker, service: 'payment', name: 'webhooks' })`. */
export function openOwnQueue({ broker, service, name }: { broker: Broker; service: string; name: string }): OwnQueue {
  const { queue, exchange } = ownQueue(service, name);
  const { publisher } = broker;
  return {
    queue,
    async enqueue(content, headers = {}) {
      const contentType = 'application/octet-stream';
      const message = { exchange, routingKey: queue, messageId: randomUUID(), content, contentType, headers };
      const [outcome] = await publisher.publish([message]);
      if (outcome !== 'confirmed')
        throw unavailable('queue-unavailable', 'This cannot be kept now.', { retryAfter: 5 });
    },
    consume: (options) => createConsumer({ ...options, broker, queue }),
  };
}
