import type { Broker } from '@storefront/kit/broker';
import { createPostgresRelay, createPrune } from '@storefront/kit/broker/postgres';
import type { Client } from '@storefront/kit/client';
import { createService, type Service, type Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import type { Shards, ShardsOptions } from '@storefront/kit/postgres';
import { ms, systemClock, type Clock, type Duration } from '@storefront/kit/time';
import { createCarts } from './clients/carts.ts';
import type { Config } from './config.ts';
import type { Carrier } from './domain/carrier.ts';
import { carrierWebhooks } from './events/carrier-webhooks.ts';
import { shippingRoutes } from './http/routes.ts';
import { createLabelDesk } from './labels/label-desk.ts';
import { Parcels } from './labels/parcels.ts';
import { createQuotes } from './rates/quotes.ts';
import { createRateDesk } from './rates/rate-desk.ts';
import { postgresCarrierRates } from './store/carrier-rates.ts';
import { postgresShipments } from './store/shipments.ts';
import type { Tables } from './store/tables.ts';
import { lookAfterShipments } from './workers/look-after.ts';
import { pruneRates } from './workers/prune-rates.ts';

export type Deps = {
  config: Pick<Config, 'scope' | 'release' | 'host' | 'port' | 'callerDir' | 'countries'>;
  log: Log;
  metrics?: Metrics;
  shards: Shards<Tables>;
  broker: Broker;
  /** The cart service. */
  cart: Client;
  carriers: readonly Carrier[];
  /** For a relay that hears of commits. */
  listen?: Pick<ShardsOptions, 'shards' | 'username' | 'password' | 'name'>;
  clock?: Clock;
  /** How long a command waits for a carrier. */
  patience?: Duration;
  /** How often somebody looks for shipments that are due. */
  lookEvery?: Duration;
};

/** The composition root: what exists, wired once. */
export function createShipping({ config, log, shards, broker, clock = systemClock, ...deps }: Deps): Service {
  const carriers = new Map(deps.carriers.map((carrier) => [carrier.name, carrier]));
  const shipments = postgresShipments(shards);
  const kept = postgresCarrierRates(shards);
  const desk = createLabelDesk({ carriers, shipments, clock, log, random: Math.random });
  const parcels = new Parcels({ shipments, desk, carriers, clock, ...given({ patience: deps.patience }) });
  const { enqueue, worker: webhooks } = carrierWebhooks({ broker, carriers, desk, log });
  const carts = createCarts(deps.cart);
  const rates = createRateDesk({ carriers, kept, clock, log });
  const quotes = createQuotes(config.callerDir);
  const { countries } = config;
  const workers: Worker[] = [
    carrierCalls(deps.carriers),
    createPostgresRelay({
      shards,
      broker,
      log,
      source: `/${config.scope}/shipping`,
      ...given({ listen: deps.listen }),
    }),
    createPrune({ shards, log }),
    lookAfterShipments({ shipments, desk, clock, log, ...given({ every: deps.lookEvery }) }),
    pruneRates({ kept, clock, log }),
    webhooks,
    { start: () => {}, stop: () => parcels.idle() },
  ];

  return createService({
    name: 'shipping',
    title: 'Shipping',
    config,
    log,
    ...given({ metrics: deps.metrics }),
    routes: shippingRoutes({ carts, rates, quotes, countries, clock, parcels, shipments, carriers, enqueue }),
    workers,
    connections: [deps.cart, shards, broker],
  });
}

/** A stop waits for what was begun, but not for a carrier that does not answer: whoever looks next finds out what it did. */
const carrierCalls = (carriers: readonly Carrier[]): Worker => ({
  start: () => {},
  stop: () => void setTimeout(() => carriers.forEach((carrier) => carrier.abandon()), ms('8s')).unref(),
});

/** What was given, without what was not. */
function given<Value extends object>(values: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
