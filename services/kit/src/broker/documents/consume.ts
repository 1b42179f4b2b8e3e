import type { Worker } from '../../http/service.ts';
import { createConsumer } from '../consumer/consumer.ts';
import type { EventConsumerOptions, EventHandlers } from '../consumer/handlers.ts';
import { readEvent } from '../envelope.ts';
import type { EventContract } from '../event.ts';

/**
 * Consumes events for stores without transactions: an event may come twice, so each handler makes its effect repeatable in
 * one document (`effects.ts`).
 */
export function consumeForDocuments<const Contract extends EventContract>({
  events,
  handlers,
  ...options
}: EventConsumerOptions<Contract> & { handlers: EventHandlers<Contract, []> }): Worker {
  return createConsumer({
    ...options,
    receive: async ({ content }) => {
      const event = readEvent(events, content);
      return handlers[event.type](event as never);
    },
  });
}
