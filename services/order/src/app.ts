import type { Broker } from '@storefront/kit/broker';
import { createPostgresRelay, createPrune } from '@storefront/kit/broker/postgres';
import { capabilityFor } from '@storefront/kit/capability';
import type { Client } from '@storefront/kit/client';
import { createService, type Service } from '@storefront/kit/http';
import { createIdempotency, pruneKeys } from '@storefront/kit/idempotency';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import type { Shards } from '@storefront/kit/postgres';
import { systemClock, type Clock, type Duration } from '@storefront/kit/time';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { createActs } from './acts/index.ts';
import { createTellAnomalies, type TellAnomalies } from './anomalies.ts';
import { cartClient } from './clients/cart.ts';
import { paymentClient } from './clients/payment.ts';
import { productClient } from './clients/product.ts';
import { shippingClient } from './clients/shipping.ts';
import { createOrderCommands } from './commands/order-commands.ts';
import { createPlaceOrder } from './commands/place-order.ts';
import type { Config } from './config.ts';
import type { MailKind } from './domain/amendment.ts';
import type { Order } from './domain/order.ts';
import type { Interrupt } from './domain/ports.ts';
import { consumeChanges } from './events/changes.ts';
import { createLearnPayment } from './events/learn-payment.ts';
import { createEventStreams, type EventStreams } from './http/event-streams.ts';
import { routesOf } from './http/routes.ts';
import { viewOf } from './http/views.ts';
import { letterOf, shopName } from './mail/letter.ts';
import type { MailTransport } from './mail/smtp.ts';
import { createQuotes } from './quotes.ts';
import { postgresOrders, type Orders } from './store/orders.ts';
import { createSentMails } from './store/sent-mails.ts';
import type { Tables } from './store/tables.ts';
import { createMailer } from './workers/mailer.ts';
import { createOrderWatch, type OrderWatch } from './workers/order-watch.ts';
import { createSagaRunner, type SagaRunner } from './workers/saga-runner.ts';
import { sweepSteps } from './workers/sweep.ts';
import { createUntil } from './workers/until.ts';

export type Deps = {
  config: Pick<
    Config,
    | 'scope'
    | 'release'
    | 'host'
    | 'port'
    | 'callerDir'
    | 'publicUrl'
    | 'locale'
    | 'countries'
    | 'service'
    | 'shippingKeyFile'
  >;
  log: Log;
  shards: Shards<Tables>;
  broker: Broker;
  clients: Record<'cart' | 'product' | 'payment' | 'shipping', Client>;
  guestKey: Buffer;
  cursorKey: Buffer;
  /** None: no mails. */
  mail?: MailTransport | undefined;
  metrics?: Metrics;
  clock?: Clock;
  /** How often timers, mails and what others did are looked for; a second, for mails five, unless given. */
  pace?: Duration;
  /** How long what was done waits to be written down with what follows from it; 200 ms unless given. */
  joinWithin?: Duration;
  /** For tests that kill the process at a certain point. */
  interrupt?: Interrupt;
};

/** The composition root: what exists, wired once. */
export function createOrder(deps: Deps): Service {
  const { config, log, shards, broker, clients, metrics } = deps;
  const world = { clock: systemClock, interrupt: () => {}, ...deps, tellAnomalies: createTellAnomalies(deps) };
  const { pace: interval = '1s' } = deps;
  const watch = createOrderWatch({ shards, log, interval });
  const { orders, mailer } = ordersOf(world, { watch, isMoving: (orderId) => runner.isMoving(orderId) });
  const participants = participantsOf(deps);
  const acts = createActs({ ...participants, linkOf: linksOf(deps).linkOf, clock: world.clock });
  const runner = createSagaRunner({ ...world, orders, acts });
  const learnPayment = createLearnPayment({ ...world, ...participants, orders });
  const until = createUntil({ orders, watch });
  const streams = createEventStreams({ orders, watch });
  const service = createService({
    name: 'order',
    title: 'Orders',
    config,
    log,
    routes: routesFor(world, { orders, runner, until, streams, participants }),
    workers: [
      consumeChanges({ ...world, learnPayment, onMoved: runner.lookAt }),
      sweepSteps({ ...world, runner, interval }),
      { start: () => {}, stop: runner.stop },
      ...(mailer ? [mailer] : []),
      watch,
      createPostgresRelay({ shards, broker, source: `/${config.scope}/order`, log }),
      createPrune({ shards, log }),
      pruneKeys(shards, { log }),
    ],
    connections: [...Object.values(clients), broker, shards, { close: () => deps.mail?.close() }],
    ...(metrics ? { metrics } : {}),
  });
  const stop = () => {
    // A stream would be waited for until its client leaves.
    streams.end();
    return service.stop();
  };
  return { ...service, stop };
}

type World = Deps & { clock: Clock; interrupt: Interrupt; tellAnomalies: TellAnomalies };

/** The store; what is committed is told to those who wait for it, and its mails are sent. */
function ordersOf(world: World, { watch, isMoving }: { watch: OrderWatch; isMoving: SagaRunner['isMoving'] }) {
  const { shards, mail, config, pace, tellAnomalies } = world;
  const sentMails = createSentMails();
  const orders = postgresOrders(shards, {
    sentMails,
    onCommit(amendment) {
      const { anomalies, order } = amendment;
      tellAnomalies(order.orderId, anomalies);
      watch.changed(order.orderId, order.version);
      mailer?.sendOf(amendment);
    },
  });
  const { linkOf } = linksOf(world);
  const compose = (kind: MailKind, order: Order) =>
    letterOf(kind, order, { shop: shopName(config.scope), locale: config.locale, link: linkOf(order) });
  const interval = pace ? { interval: pace } : {};
  const mailer = mail && createMailer({ ...world, orders, sentMails, isMoving, transport: mail, compose, ...interval });
  return { orders, mailer };
}

function participantsOf({ clients, config }: Pick<Deps, 'clients' | 'config'>) {
  return {
    carts: cartClient(clients.cart),
    quotes: createQuotes(config.shippingKeyFile),
    stock: productClient(clients.product),
    payments: paymentClient(clients.payment),
    parcels: shippingClient(clients.shipping),
  };
}

type Parts = {
  orders: Orders;
  runner: SagaRunner;
  until: ReturnType<typeof createUntil>;
  streams: EventStreams;
  participants: ReturnType<typeof participantsOf>;
};

function routesFor(world: World, { orders, runner, until, streams, participants }: Parts) {
  const { tokenOf } = linksOf(world);
  const keys = createIdempotency(world.shards);
  const viewPlaced = (order: Order) => ({ ...viewOf(order), orderToken: tokenOf(order) });
  const { countries } = world.config;
  const { parcels } = participants;
  const { goOn, lookAt } = runner;
  return routesOf({
    placeOrder: createPlaceOrder({ ...world, ...participants, orders, keys, countries, viewPlaced, goOn }),
    commands: createOrderCommands({ ...world, orders, keys, parcels, viewOf, goOn, lookAt, until }),
    orders,
    until,
    streams,
    parcels,
    cursorKey: world.cursorKey,
  });
}

/** What opens one order for whoever has it, and where it leads. */
function linksOf({ guestKey, config }: Pick<Deps, 'guestKey' | 'config'>) {
  const tokenOf = ({ orderId: id }: Pick<Order, 'orderId'>) =>
    guestTokenOf({ kind: 'order', id }, capabilityFor(guestKey, 'order', id));
  const linkOf = (order: Pick<Order, 'orderId'>) =>
    `${config.publicUrl.replace(/\/$/, '')}/orders/${order.orderId}?token=${tokenOf(order)}`;
  return { tokenOf, linkOf };
}
