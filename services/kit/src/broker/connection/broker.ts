import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { BrokerConnection, type BrokerAddress } from './connection.ts';
import { createBrokerMetrics, type BrokerMetrics } from './metrics.ts';
import { ConfirmingPublisher, type Publisher } from './publisher.ts';

export type BrokerOptions = BrokerAddress & {
  /** The service's name. */
  name: string;
  log: Log;
  /** The service's, so that `/metrics` shows the broker's counts too. */
  metrics?: Metrics;
};

/** One service's way to RabbitMQ. Nothing is opened before it is asked for; each opens in the background. */
export type Broker = {
  readonly publisher: Publisher;
  readonly consuming: BrokerConnection;
  readonly metrics: BrokerMetrics;
  close(): Promise<void>;
};

export function connectBroker({ metrics: registry, ...options }: BrokerOptions): Broker {
  const metrics = createBrokerMetrics(registry);
  const connections = new Map<'publish' | 'consume', BrokerConnection>();
  let publisher: Publisher | undefined;
  const connection = (use: 'publish' | 'consume') => {
    const open = connections.get(use) ?? new BrokerConnection({ ...options, use, metrics });
    connections.set(use, open);
    return open;
  };
  return {
    metrics,
    get publisher() {
      return (publisher ??= new ConfirmingPublisher(connection('publish'), { log: options.log, metrics }));
    },
    get consuming() {
      return connection('consume');
    },
    async close() {
      await Promise.all([...connections.values()].map((open) => open.close()));
    },
  };
}
