import type { Worker } from '../../http/service.ts';
import type { BucketTransaction } from '../../postgres/index.ts';
import { createConsumer } from '../consumer/consumer.ts';
import { readEvent } from '../envelope.ts';
import type { EventContract, EventOf } from '../event.ts';
import type { EventConsumerOptions, EventHandlers } from '../consumer/handlers.ts';
import { inbox } from './outbox.ts';
import type { MessagingTables } from './tables.ts';

export type ConsumeOptions<Contract extends EventContract, Tables> = EventConsumerOptions<Contract> & {
  /** Begins the transaction of a bucket, and ends it. */
  shards: {
    withBucket<Result>(bucket: number, work: (tx: BucketTransaction<Tables>) => Promise<Result>): Promise<Result>;
  };
  /** The bucket of what the event is about; one and the same for an event, always. */
  bucketOf: (event: EventOf<Contract, keyof Contract & string>) => number;
  /** Comes before the transaction and may make calls: again each time that the event comes. */
  prepare?: (event: EventOf<Contract, keyof Contract & string>) => Promise<void>;
  /** May run twice for one transaction: nothing but `tx` inside. */
  handlers: EventHandlers<Contract, [tx: BucketTransaction<Tables>]>;
};

/** Consumes events in PostgreSQL: each takes effect once, in the transaction that writes down that it was had. */
export function consume<const Contract extends EventContract, Tables extends MessagingTables>({
  events,
  handlers,
  shards,
  bucketOf,
  prepare,
  ...options
}: ConsumeOptions<Contract, Tables>): Worker {
  const consumer = options.queue;
  return createConsumer({
    ...options,
    receive: async ({ content }) => {
      const event = readEvent(events, content);
      await prepare?.(event);
      return shards.withBucket(bucketOf(event), async (tx) => {
        const isNew = await inbox(tx, consumer, event.id);
        return isNew ? handlers[event.type](event as never, tx) : 'duplicate';
      });
    },
  });
}
