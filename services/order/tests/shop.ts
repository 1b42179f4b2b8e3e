import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectBroker } from '@storefront/kit/broker';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectShards } from '@storefront/kit/postgres';
import {
  callerFor,
  eventually,
  testBroker,
  testConfig,
  testKeyFile,
  testShards,
  testStores,
} from '@storefront/kit/testing';
import type { Cart } from '@storefront/cart/contract';
import type { OrderId } from '@storefront/commerce/order-ids';
import { orderScope } from '@storefront/commerce/guest-tokens';
import { sql } from 'kysely';
import { createOrder, type Deps } from '../src/app.ts';
import type { NewOrder, Order, PlacedOrder } from '../src/contract.ts';
import { connectSmtp } from '../src/mail/smtp.ts';
import type { Tables } from '../src/store/tables.ts';
import { aCart, requestFor, type Item } from './an-order.ts';
import { startCart } from './peers/cart.ts';
import { startPayment } from './peers/payment.ts';
import { startProduct } from './peers/product.ts';
import { startShipping } from './peers/shipping.ts';

export const migrations = join(import.meta.dirname, '../src/store/migrations');
const log = createLog({ service: 'order', level: (process.env['TEST_LOG'] as 'silent') ?? 'silent' });
const keys = { guestKey: Buffer.alloc(32, 1), cursorKey: Buffer.alloc(32, 2) };
const published = ['placed', 'confirmed', 'captured', 'shipped', 'delivered', 'cancelled', 'refunded'];

/** Who says what to whom, as the fleet table has it. */
const declarations = {
  order: { publishes: published.map((what) => `order.${what}`), consumes: ['payment.changed', 'shipment.changed'] },
  payment: { publishes: ['payment.changed'], consumes: [] },
  shipping: { publishes: ['shipment.changed'], consumes: [] },
};

export type Ask = {
  body?: unknown;
  headers?: Record<string, string>;
  key?: string;
  sub?: string;
  token?: string;
  merchant?: boolean;
};
export type Answered<Body> = { status: number; body: Body; text: string; headers: Headers };
export type ProblemBody = { code: string; errors?: { field: string; message: string }[] };
export type Shop = Awaited<ReturnType<typeof openShop>>;
export type Worlds = Awaited<ReturnType<typeof startWorld>>;

/** What stands around the order service: real shards and broker, and peers that answer by their contracts. */
export async function startWorld() {
  const shards = await testShards({ migrations });
  const broker = await testBroker(declarations);
  const payment = teller('payment', broker.account('payment'));
  const shipping = teller('shipping', broker.account('shipping'));
  const peers = {
    cart: await startCart(),
    product: await startProduct(),
    payment: await startPayment((orderId, status, version) =>
      payment.tell('payment.changed', { subject: orderId, version, data: { orderId, status } }),
    ),
    shipping: await startShipping(({ shipmentId, orderId, parcel, status, version }) =>
      shipping.tell('shipment.changed', {
        subject: shipmentId,
        version,
        data: { shipmentId, orderId, parcel, status },
      }),
    ),
  };
  return {
    shards,
    broker,
    peers,
    async close() {
      await Promise.all(Object.values(peers).map((peer) => peer.stop()));
      await Promise.all([payment.close(), shipping.close()]);
      await broker.close();
      await shards.close();
    },
  };
}

/** Publishes events as that service does. */
function teller(service: string, account: { url: string; username: string; password: string }) {
  const broker = connectBroker({ ...account, name: service, log });
  return {
    close: () => broker.close(),
    async tell(type: string, { subject, version, data }: { subject: string; version: number; data: object }) {
      const id = randomUUID();
      const about = { id, source: `/test/${service}`, type, subject, time: new Date().toISOString() };
      const versions = { schemaversion: 1, aggregateversion: version };
      const content = Buffer.from(JSON.stringify({ specversion: '1.0', ...about, ...versions, data }));
      const contentType = 'application/cloudevents+json';
      const message = { exchange: 'events', routingKey: type, messageId: id, content, contentType, type };
      await eventually(async () => {
        const [publication] = await broker.publisher.publish([message]);
        if (publication !== 'confirmed') throw new Error(`${type} is ${publication}`);
      });
    },
  };
}

/** What an order service is made of in this world; a process of its own makes the same of `settingsOf`. */
export function settingsOf({ shards, broker, peers }: Worlds) {
  const { shards: settings, username, password } = shards;
  const urls = Object.fromEntries(Object.entries(peers).map(([name, { url }]) => [name, url]));
  const shippingKeyFile = testKeyFile('order', 'shipping');
  const config = { ...testConfig('order'), ordersShards: settings, shippingKeyFile };
  return {
    config,
    shards: { shards: settings, username, password },
    broker: broker.account('order'),
    urls,
    mail: testStores?.mail,
  };
}
export type Settings = ReturnType<typeof settingsOf>;

export function depsOf({ config, shards, broker, urls, mail }: Settings): Deps {
  const signer = createServiceCaller({ callerDir: config.callerDir, service: 'order' });
  const client = (name: string) => createClient({ name, baseUrl: urls[name] ?? '', signer, timeout: '3s' });
  return {
    config,
    log,
    shards: connectShards<Tables>({ ...shards, log, name: 'order' }),
    broker: connectBroker({ ...broker, name: 'order', log }),
    clients: {
      cart: client('cart'),
      product: client('product'),
      payment: client('payment'),
      shipping: client('shipping'),
    },
    ...keys,
    metrics: createMetrics({ service: 'order' }),
    pace: '100ms',
    mail: mail && connectSmtp({ url: mail.smtp, from: 'shop@example.com' }),
  };
}

/** A shop with its order service in this process; `travel` makes its clock go ahead. */
export async function openShop(changes: Partial<Deps> = {}) {
  const world = await startWorld();
  let aheadMs = 0;
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  const open = async (more: Partial<Deps> = {}) => {
    const deps = { ...depsOf(settingsOf(world)), clock, ...changes, ...more };
    const service = createOrder(deps);
    const { url } = await service.start();
    return { service, deps, url };
  };
  const first = await open();
  return {
    ...world,
    ...first,
    ...talkTo(world, () => first.url),
    open,
    travel: (ms: number) => void (aheadMs += ms),
    async close() {
      await first.service.stop();
      await world.close();
    },
  };
}

/** What tests say to an order service, wherever it runs. */
export function talkTo({ peers, shards }: Worlds, url: () => string) {
  const ask = <Body = Order>(method: string, path: string, given: Ask = {}) => send<Body>(method, url() + path, given);

  /** A cart of these things, which are in stock. */
  function fill(items: readonly Item[] = [{ sku: `mug-${randomUUID().slice(0, 8)}`, units: 2 }], inStock = 100): Cart {
    const cart = aCart(items);
    for (const { sku } of items) if (!peers.product.stock.has(sku)) peers.product.put(sku, inStock);
    peers.cart.carts.set(cart.cartId, cart);
    return cart;
  }

  const post = (cart: Cart, changes: Partial<NewOrder> = {}, key: string = randomUUID()) =>
    ask<PlacedOrder>('POST', '/orders', { body: requestFor(cart, changes), key, sub: cart.buyerId });

  /** An order that was placed with this card, or with none. */
  async function place(paymentMethod?: string, cart = fill()): Promise<PlacedOrder> {
    return bodyOf(await post(cart, paymentMethod === undefined ? {} : { paymentMethod }), 201);
  }

  const read = async (orderId: OrderId): Promise<Order> =>
    bodyOf(await ask('GET', `/orders/${orderId}`, { merchant: true }), 200);

  /** The order once it is in one of these states. */
  async function reached(orderId: OrderId, ...states: Order['state'][]): Promise<Order> {
    const look = async () => {
      const order = await read(orderId);
      const whole = order.history.map(({ what }) => what).join(' ');
      if (!states.includes(order.state)) throw new Error(`${order.state}: ${whole}`);
      return order;
    };
    return eventually(look, { within: '15s', every: '50ms' });
  }

  /** Rows of a table, over all shards. */
  async function rows<Row = Record<string, unknown>>(table: string, orderId: OrderId): Promise<Row[]> {
    const found = shards.shards.map(({ name }) =>
      sql<Row>`select * from ${sql.table(`test.${table}`)} where order_id = ${orderId}`.execute(shards.admin(name)),
    );
    return (await Promise.all(found)).flatMap((each) => each.rows);
  }

  return { ask, fill, post, place, read, reached, rows };
}

function bodyOf<Body>({ status, body, text }: Answered<Body>, expected: number): Body {
  if (status !== expected) throw new Error(`${status} ${text}`);
  return body;
}

async function send<Body>(method: string, url: string, given: Ask): Promise<Answered<Body>> {
  const hasBody = given.body !== undefined;
  const response = await fetch(url, {
    method,
    headers: {
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...(given.key === undefined ? {} : { 'idempotency-key': given.key }),
      ...(await callerOf(given)),
      ...given.headers,
    },
    ...(hasBody ? { body: JSON.stringify(given.body) } : {}),
  });
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type')?.includes('json') ?? false;
  return { status, text, body: (isJson ? JSON.parse(text) : undefined) as Body, headers };
}

async function callerOf({ sub, token, merchant }: Ask): Promise<Record<string, string>> {
  if (merchant) return callerFor('merchant', { audience: 'order' });
  if (token !== undefined) return callerFor('guest', { audience: 'order', sub: '', scopes: [orderScope(token)] });
  if (sub === undefined) return {};
  return callerFor('guest', { audience: 'order', sub, scopes: ['cart', 'orders:read', 'orders:write'] });
}
