import type { Worker } from '../http/service.ts';
import type { Log } from '../log.ts';
import type { Broker } from './broker.ts';
import { createConsumer } from './consumer.ts';
import { readEvent } from './envelope.ts';
import type { EventContract, EventOf } from './event.ts';

type Types<Contract extends EventContract> = keyof Contract & string;

/** One handler for each type in `events`; what it gets has been checked against the publisher's contract. */
export type EventHandlers<Contract extends EventContract, Rest extends unknown[]> = {
  readonly [Type in Types<Contract>]: (event: EventOf<Contract, Type>, ...rest: Rest) => Promise<'duplicate' | void>;
};

export type EventConsumerOptions<Contract extends EventContract> = {
  broker: Pick<Broker, 'consuming' | 'metrics'>;
  queue: string;
  /** Of the publishers' contracts, those that this queue is bound to. */
  events: Contract;
  log: Log;
  prefetch?: number;
};

/**
 * Consumes events for stores without transactions: an event may come twice, so each handler makes its effect repeatable in
 * one document (`documents/effects.ts`).
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
