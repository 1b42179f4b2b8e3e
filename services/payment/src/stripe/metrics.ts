import { Counter, Gauge, Histogram, type Metrics } from '@storefront/kit/metrics';

export type StripeMetrics = {
  readonly duration: Histogram<'operation' | 'outcome'>;
  /** Events that were looked at: applied, unchanged, duplicate, parked, foreign, ignored. */
  readonly events: Counter<'source' | 'outcome'>;
  /** Signatures of webhooks: accepted, forged. */
  readonly webhooks: Counter<'outcome'>;
  readonly parked: Counter<'reason'>;
  /** Payments whose call has no known outcome, when somebody looked last. */
  readonly inDoubt: Gauge;
  /** Unix seconds when the list of events was read last. */
  readonly swept: Gauge;
};

export function createStripeMetrics({ registry }: Pick<Metrics, 'registry'>): StripeMetrics {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    duration: new Histogram({
      name: 'stripe_call_duration_seconds',
      help: 'Requests to Stripe, by what they were for and what came of them',
      labelNames: ['operation', 'outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    events: counter(
      'stripe_events_total',
      'Events by outcome: applied, unchanged, duplicate, parked, foreign, ignored',
      ['source', 'outcome'],
    ),
    webhooks: counter('stripe_webhooks_total', 'Webhooks by outcome: accepted, forged', ['outcome']),
    parked: counter('stripe_unmatched_events_total', 'Events that nobody here knows what to do with', ['reason']),
    inDoubt: new Gauge({ name: 'payments_in_doubt', help: 'Payments with a call that should have ended', registers }),
    swept: new Gauge({
      name: 'stripe_events_swept_at_seconds',
      help: 'When the list of events was read last',
      registers,
    }),
  };
}
