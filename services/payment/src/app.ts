import { openOwnQueue, type Broker } from '@storefront/kit/broker';
import { createPostgresRelay, createPrune, type PostgresRelayOptions } from '@storefront/kit/broker/postgres';
import { createService, type Service, type ServiceConfig, type Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import type { Shards } from '@storefront/kit/postgres';
import { ms, systemClock, type Clock, type Duration } from '@storefront/kit/time';
import type Stripe from 'stripe';
import { stripeEventTypes, type PaymentSettings } from './contract.ts';
import { routes } from './http/routes.ts';
import { createCommands } from './payments/commands.ts';
import { createDesk, type Desk } from './payments/desk.ts';
import { createReceiver, type Receiver } from './payments/receive-event.ts';
import { postgresEventPosition } from './store/event-position.ts';
import { postgresEvents, type Events } from './store/events.ts';
import { postgresPayments, type Payments } from './store/payments.ts';
import type { Tables } from './store/tables.ts';
import { createStripeMetrics, type StripeMetrics } from './stripe/metrics.ts';
import { createStripeProvider } from './stripe/provider.ts';
import { verifyWebhook } from './stripe/webhook.ts';
import { eventSweep } from './workers/event-sweep.ts';
import { inDoubtWorker } from './workers/in-doubt.ts';
import { webhookWorker } from './workers/webhooks.ts';

/** How long what may take; tests are less patient. */
export type Timings = {
  /** One request to Stripe. */
  call: Duration;
  /** A command, after which `processing` is answered. */
  command: Duration;
  /** One payment's lease: longer than a command, so that it ends only with its process. */
  lease: Duration;
  /** A call without an outcome, before somebody looks. */
  doubt: Duration;
  doubtEvery: Duration;
  /** One look at one of them: shorter than a command waits for the lease, so that a person's wish gets its turn. */
  finish: Duration;
  sweepEvery: Duration;
};

const timings: Timings = {
  call: '10s',
  command: '20s',
  lease: '30s',
  doubt: '30s',
  doubtEvery: '5s',
  finish: '5s',
  sweepEvery: '5m',
};

export type Deps = {
  config: ServiceConfig;
  log: Log;
  metrics: Metrics;
  shards: Shards<Tables>;
  broker: Broker;
  /** So that the relay hears of commits. */
  listen?: PostgresRelayOptions<Tables>['listen'];
  stripe: Stripe;
  webhookSecret: string;
  settings: PaymentSettings;
  clock?: Clock;
  timings?: Partial<Timings>;
};

/** The composition root: what exists, wired once. */
export function createPayment(deps: Deps): Service {
  const { config, log, metrics, shards, broker, stripe, settings, clock = systemClock } = deps;
  const times = { ...timings, ...deps.timings };
  const { scope } = config;
  const stripeMetrics = createStripeMetrics(metrics);
  const provider = createStripeProvider({ stripe, log, metrics: stripeMetrics });
  const payments = postgresPayments(shards, { leaseMs: ms(times.lease), lookAfterMs: ms(times.doubt) });
  const desk = createDesk({ payments, provider, clock, scope, callTimeoutMs: ms(times.call) });
  const commands = createCommands({ desk, payments, scope, clock, commandBudgetMs: ms(times.command) });
  const queue = openOwnQueue({ broker, service: 'payment', name: 'webhooks' });
  const verify = verifyWebhook(stripe, deps.webhookSecret, (outcome) => stripeMetrics.webhooks.inc({ outcome }));
  const parts = { ...deps, clock, provider, desk, payments, events: postgresEvents(shards), stripeMetrics };
  const receiver = receiverOf(parts);
  return createService({
    name: 'payment',
    title: 'Payments',
    config,
    log,
    metrics,
    routes: routes({ commands, settings, webhooks: { queue, verify, glance: receiver.glance } }),
    workers: workersOf({ ...parts, receiver, times, queue }),
    connections: [broker, shards],
  });
}

const actedOn = new Set<string>(stripeEventTypes);
const isActedOn = (type: string): boolean => actedOn.has(type);

type Parts = Deps & {
  clock: Clock;
  provider: ReturnType<typeof createStripeProvider>;
  desk: Desk;
  payments: Payments;
  events: Events;
  stripeMetrics: StripeMetrics;
};
type Working = Parts & { receiver: Receiver; times: Timings; queue: ReturnType<typeof openOwnQueue> };

function workersOf(parts: Working): Worker[] {
  const { config, log, shards, broker, listen, clock, times, provider, desk, payments, events, queue } = parts;
  const { stripeMetrics, receiver } = parts;
  const { receive } = receiver;
  return [
    webhookWorker({ queue, receive, log }),
    eventSweep({
      provider,
      events,
      receive,
      log,
      clock,
      everyMs: ms(times.sweepEvery),
      position: postgresEventPosition(shards),
      observe: () => stripeMetrics.swept.setToCurrentTime(),
    }),
    inDoubtWorker({
      desk,
      payments,
      log,
      everyMs: ms(times.doubtEvery),
      lookAfterMs: ms(times.doubt),
      budgetMs: ms(times.finish),
      observe: (count) => stripeMetrics.inDoubt.set(count),
    }),
    createPostgresRelay({ shards, broker, source: `/${config.scope}/payment`, log, ...(listen ? { listen } : {}) }),
    createPrune({ shards, log }),
  ];
}

function receiverOf({ config, log, desk, payments, provider, events, stripeMetrics }: Parts): Receiver {
  return createReceiver({
    desk,
    payments,
    events,
    provider,
    scope: config.scope,
    isActedOn,
    count: (source, outcome) => stripeMetrics.events.inc({ source, outcome }),
    onParked({ id, type }, reason) {
      stripeMetrics.parked.inc({ reason });
      log.warn({ event: id, type, reason }, 'an event of Stripe belongs to nobody here: it is kept in unmatched_event');
    },
  });
}
