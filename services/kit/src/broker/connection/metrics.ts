import { Counter, Gauge, type Metrics } from '../../metrics.ts';

export type BrokerMetrics = {
  readonly published: Counter<'outcome'>;
  readonly consumed: Counter<'queue' | 'outcome'>;
  readonly redelivered: Counter<'queue'>;
  readonly dead: Counter<'queue' | 'reason'>;
  /** 1 while the connection is there; labels use (publish, consume). */
  readonly connected: Gauge<'use'>;
  readonly blocked: Gauge<'use'>;
  /** Seconds; by the source of a relay: a shard, a collection. */
  readonly oldest: Gauge<'source'>;
};

/** In the service's registry, or in none. */
export function createBrokerMetrics(metrics: Metrics | undefined): BrokerMetrics {
  const registers = metrics ? [metrics.registry] : [];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `broker_${name}_total`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers });
  return {
    published: counter('published', 'Messages by outcome: confirmed, returned, nacked, unconfirmed', ['outcome']),
    consumed: counter('consumed', 'Deliveries by outcome: done, duplicate, busy, failed, dead', ['queue', 'outcome']),
    redelivered: counter('redelivered', 'Deliveries of a message that was delivered before', ['queue']),
    dead: counter('dead', 'Messages that became dead letters here', ['queue', 'reason']),
    connected: gauge('broker_connected', 'Whether the connection is there', ['use']),
    blocked: gauge('broker_blocked', 'Whether the broker takes no messages (memory or disk alarm)', ['use']),
    oldest: gauge('outbox_oldest_seconds', 'Age of the oldest event that the last look at an outbox took', ['source']),
  };
}
