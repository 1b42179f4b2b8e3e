import type { Broker } from '@storefront/kit/broker';
import { createPostgresRelay, createPrune } from '@storefront/kit/broker/postgres';
import { capabilityFor } from '@storefront/kit/capability';
import type { Client } from '@storefront/kit/client';
import { createService, type Service, type Worker } from '@storefront/kit/http';
import { createIdempotency, pruneKeys } from '@storefront/kit/idempotency';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import type { Shards } from '@storefront/kit/postgres';
import { systemClock, type Clock, type Duration } from '@storefront/kit/time';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { createActs } from './acts/index.ts';
import { cartClient } from './clients/cart.ts';
import { paymentClient } from './clients/payment.ts';
import { productClient } from './clients/product.ts';
import { shippingClient } from './clients/shipping.ts';
import { createOrderCommands } from './commands/order-commands.ts';
import { createPlaceOrder } from './commands/place-order.ts';
import type { Config } from './config.ts';
import type { Amendment } from './domain/amendment.ts';
import type { Order } from './domain/order.ts';
import type { Interrupt } from './domain/ports.ts';
import { consumeChanges } from './events/changes.ts';
import { createEventStreams } from './http/event-streams.ts';
import { routesOf } from './http/routes.ts';
import { viewOf } from './http/views.ts';
import { letterOf, shopName } from './mail/letter.ts';
import type { MailTransport } from './mail/smtp.ts';
import { entriesAfter } from './store/history.ts';
import { postgresOrders } from './store/orders.ts';
import type { Tables } from './store/tables.ts';
import { createMailer } from './workers/mailer.ts';
import { createOrderWatch } from './workers/order-watch.ts';
import { createSagaRunner } from './workers/saga-runner.ts';
import { sweepSteps } from './workers/sweep.ts';
import { createUntil } from './workers/until.ts';

export type Deps = {
  config: Pick<
    Config,
    'scope' | 'release' | 'host' | 'port' | 'callerDir' | 'publicUrl' | 'locale' | 'countries' | 'service'
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
  /** For tests that kill the process at a certain point. */
  interrupt?: Interrupt;
};

/** The composition root: what exists, wired once. */
export function createOrder(deps: Deps): Service {
  const { config, log, shards, broker, clients, cursorKey, metrics, interrupt = () => {} } = deps;
  const { clock = systemClock } = deps;
  const pace = deps.pace ? { interval: deps.pace } : {};
  const carts = cartClient(clients.cart);
  const stock = productClient(clients.product);
  const payments = paymentClient(clients.payment);
  const shipping = shippingClient(clients.shipping);
  const { tokenOf, linkOf } = guestLinks(deps);

  const watch = createOrderWatch({ shards, log, ...pace });
  const orders = postgresOrders(shards, { onCommit: (amendment) => onCommit(amendment) });
  const mailer = deps.mail && createMailer({ ...{ shards, orders, clock, log, interrupt }, ...pace, ...mailOf(deps, linkOf) });
  const onCommit = (amendment: Amendment) => {
    watch.changed(amendment.order.orderId, amendment.order.version);
    mailer?.sendOf(amendment);
  };
  const acts = createActs({ stock, payments, parcels: shipping, linkOf, clock });
  const runner = createSagaRunner({ orders, acts, clock, log, interrupt });
  const until = createUntil({ orders, watch });
  const keys = createIdempotency(shards);
  const { goOn, lookAt } = runner;
  const viewPlaced = (order: Order) => ({ ...viewOf(order), orderToken: tokenOf(order) });
  const { countries } = config;
  const placing = { orders, keys, carts, quotes: shipping, stock, countries, viewPlaced, goOn, clock, interrupt };
  const commands = { orders, keys, parcels: shipping, viewOf, goOn, lookAt, until, clock };
  const streams = createEventStreams({
    entriesAfter: (orderId, sequence) => entriesAfter(shards, orderId, sequence),
    find: (orderId) => orders.find(orderId),
    watch: watch.watch,
  });

  const workers: Worker[] = [
    consumeChanges({ shards, broker, log, clock, onMoved: lookAt }),
    sweepSteps({ shards, runner, clock, log, ...pace }),
    { start: () => {}, stop: () => runner.stop() },
    ...(mailer ? [mailer] : []),
    watch,
    createPostgresRelay({ shards, broker, source: `/${config.scope}/order`, log }),
    createPrune({ shards, log }),
    pruneKeys(shards, { log }),
  ];
  const service = createService({
    name: 'order',
    title: 'Orders',
    config,
    log,
    routes: routesOf({
      ...{ orders, until, cursorKey, streams, parcels: shipping },
      placeOrder: createPlaceOrder(placing),
      commands: createOrderCommands(commands),
    }),
    workers,
    connections: [...Object.values(clients), broker, shards, { close: () => deps.mail?.close() }],
    ...(metrics ? { metrics } : {}),
  });
  return {
    ...service,
    stop() {
      // A stream would be waited for until its client leaves.
      streams.end();
      return service.stop();
    },
  };
}

/** What opens one order for whoever has it, and where it leads. */
function guestLinks({ guestKey, config }: Deps) {
  const tokenOf = ({ orderId: id }: Pick<Order, 'orderId'>) =>
    guestTokenOf({ kind: 'order', id }, capabilityFor(guestKey, 'order', id));
  const linkOf = (order: Pick<Order, 'orderId'>) =>
    `${config.publicUrl.replace(/\/$/, '')}/orders/${order.orderId}?token=${tokenOf(order)}`;
  return { tokenOf, linkOf };
}

function mailOf({ mail, config }: Deps, linkOf: (order: Order) => string) {
  const { locale, scope } = config;
  return {
    transport: mail as MailTransport,
    compose: (kind: Parameters<typeof letterOf>[0], order: Order) =>
      letterOf(kind, order, { shop: shopName(scope), locale, link: linkOf(order) }),
  };
}
