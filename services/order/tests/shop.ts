import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectBroker } from '@storefront/kit/broker';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { connectShards } from '@storefront/kit/postgres';
import { callerFor, eventually, testBroker, testConfig, testShards, testStores } from '@storefront/kit/testing';
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
type Worlds = Awaited<ReturnType<typeof startWorld>>;

/** What stands around the order service: real shards and broker, and peers that answer by their contracts. */
export async function startWorld() {
  const shards = await testShards({ migrations });
  const broker = await testBroker(declarations);
  const tellers = {
    payment: connectBroker({ ...broker.account('payment'), name: 'payment', log }),
    shipping: connectBroker({ ...broker.account('shipping'), name: 'shipping', log }),
  };
  const tell = async (
    service: keyof typeof tellers,
    type: string,
    about: { subject: string; version: number; data: object },
  ) => {
    const id = randomUUID();
    const { subject, version, data } = about;
    const attributes = {
      specversion: '1.0',
      id,
      source: `/test/${service}`,
      type,
      subject,
      time: new Date().toISOString(),
    };
    const content = Buffer.from(JSON.stringify({ ...attributes, schemaversion: 1, aggregateversion: version, data }));
    const message = {
      exchange: 'events',
      routingKey: type,
      messageId: id,
      content,
      contentType: 'application/cloudevents+json',
      type,
    };
    await eventually(async () => {
      const [publication] = await tellers[service].publisher.publish([message]);
      if (publication !== 'confirmed') throw new Error(`${type} is ${publication}`);
    });
  };
  const peers = {
    cart: await startCart(),
    product: await startProduct(),
    payment: await startPayment((orderId, status, version) =>
      tell('payment', 'payment.changed', { subject: orderId, version, data: { orderId, status } }),
    ),
    shipping: await startShipping(({ shipmentId, orderId, parcel, status, version }) =>
      tell('shipping', 'shipment.changed', {
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
    tell,
    async close() {
      await Promise.all(Object.values(peers).map((peer) => peer.stop()));
      await Promise.all(Object.values(tellers).map((teller) => teller.close()));
      await broker.close();
      await shards.close();
    },
  };
}

/** What an order service is made of in this world; a process of its own makes the same of `settingsOf`. */
export function settingsOf({ shards, broker, peers }: Worlds) {
  const { shards: settings, username, password } = shards;
  const urls = Object.fromEntries(Object.entries(peers).map(([name, { url }]) => [name, url]));
  const config = { ...testConfig('order'), ordersShards: settings };
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
  async function ask<Body = Order>(method: string, path: string, given: Ask = {}, at = url()): Promise<Answered<Body>> {
    const response = await fetch(at + path, {
      method,
      headers: {
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(given.key === undefined ? {} : { 'idempotency-key': given.key }),
        ...(await callerOf(given)),
        ...given.headers,
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      text,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
      headers: response.headers,
    };
  }

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
    const answer = await post(cart, paymentMethod === undefined ? {} : { paymentMethod });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    return answer.body;
  }

  async function read(orderId: OrderId): Promise<Order> {
    const answer = await ask('GET', `/orders/${orderId}`, { merchant: true });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** The order once it is in one of these states. */
  const reached = (orderId: OrderId, ...states: Order['state'][]): Promise<Order> =>
    eventually(
      async () => {
        const order = await read(orderId);
        if (!states.includes(order.state))
          throw new Error(`${order.state}: ${order.history.map(({ what }) => what).join(' ')}`);
        return order;
      },
      { within: '15s', every: '50ms' },
    );

  /** Rows of a table, over all shards. */
  async function rows<Row = Record<string, unknown>>(table: string, orderId: OrderId): Promise<Row[]> {
    const found = shards.shards.map(({ name }) =>
      sql<Row>`select * from ${sql.table(`test.${table}`)} where order_id = ${orderId}`.execute(shards.admin(name)),
    );
    return (await Promise.all(found)).flatMap((each) => each.rows);
  }

  return { ask, fill, post, place, read, reached, rows };
}

async function callerOf({ sub, token, merchant }: Ask): Promise<Record<string, string>> {
  if (merchant) return callerFor('merchant', { audience: 'order' });
  if (token !== undefined) return callerFor('guest', { audience: 'order', sub: '', scopes: [orderScope(token)] });
  if (sub === undefined) return {};
  return callerFor('guest', { audience: 'order', sub, scopes: ['cart', 'orders:read', 'orders:write'] });
}
