import type { Log } from '../../log.ts';
import type { Broker } from '../connection/broker.ts';
import type { EventContract, EventOf } from '../event.ts';

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
