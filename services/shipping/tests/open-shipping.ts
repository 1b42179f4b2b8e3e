import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { orderIdOf } from '@storefront/commerce/order-ids';
import { connectBroker } from '@storefront/kit/broker';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { bucketOf, connectShards, type Shards } from '@storefront/kit/postgres';
import {
  callerFor,
  testBroker,
  testConfig,
  testShards,
  type TestBroker,
  type TestShards,
} from '@storefront/kit/testing';
import type { Duration } from '@storefront/kit/time';
import { createShipping } from '../src/app.ts';
import { createEasyPostCarrier } from '../src/carriers/easypost-carrier.ts';
import type { ParcelRequest, Shipment } from '../src/contract.ts';
import type { Carrier } from '../src/domain/carrier.ts';
import type { Tables } from '../src/store/tables.ts';
import { apiKey, startCarrier, webhookSecret, type CarrierPeer } from './peer/carrier.ts';
import { startCarts, type CartPeer } from './peer/cart.ts';

export const migrations = join(import.meta.dirname, '../src/store/migrations');
export const from = { name: 'Northfold', line1: 'Lager 1', postcode: '20095', city: 'Hamburg', country: 'DE' };
const fleet = {
  shipping: { publishes: ['shipment.changed'], consumes: [], queues: ['webhooks'] },
  order: { publishes: [], consumes: ['shipment.changed'] },
};
const log = createLog({ service: 'shipping', level: process.env['TEST_LOG'] ?? 'silent' });

/** What a shop's shipping stands on: real shards, a real broker, a carrier of its own, carts. */
export type Ground = {
  shards: TestShards;
  broker: TestBroker;
  carrier: CarrierPeer;
  carts: CartPeer;
  close(): Promise<void>;
};

export async function openGround(): Promise<Ground> {
  const [shards, broker, carrier, carts] = await Promise.all([
    testShards({ migrations }),
    testBroker(fleet),
    startCarrier(),
    startCarts(),
  ]);
  const close = async () => {
    await Promise.all([carrier.close(), carts.stop(), shards.close(), broker.close()]);
  };
  return { shards, broker, carrier, carts, close };
}

export type Answer<Body> = { status: number; body: Body };
type Options = { body?: unknown; as?: Record<string, string>; headers?: Record<string, string> };

type Changes = {
  wrap?: (carrier: Carrier) => Carrier;
  watch?: (shards: Shards<Tables>) => Shards<Tables>;
  patience?: Duration;
  lookEvery?: Duration;
  aheadMs?: number;
  carrierUrl?: string;
};

/** An instance of the service; `ahead` moves its clock. */
export async function openShipping(ground: Ground, { wrap = (one) => one, patience = '5s', ...changes }: Changes = {}) {
  const { watch = (one) => one, lookEvery = '100ms' } = changes;
  let aheadMs = changes.aheadMs ?? 0;
  const config = testConfig('shipping', { countries: ['DE', 'FR', 'US'] });
  const { shards: settings, username, password } = ground.shards;
  const shards = connectShards<Tables>({ shards: settings, username, password, log, name: 'shipping' });
  const broker = connectBroker({ ...ground.broker.account('shipping'), name: 'shipping', log });
  const signer = createServiceCaller({ callerDir: config.callerDir, service: 'shipping' });
  const cart = createClient({ name: 'cart', baseUrl: ground.carts.url, signer });
  const url = changes.carrierUrl ?? ground.carrier.url;
  const easypost = createEasyPostCarrier({ name: 'easypost', apiKey, webhookSecret, url, from });
  const service = createShipping({
    config,
    log,
    shards: watch(shards),
    broker,
    cart,
    carriers: [wrap(easypost)],
    patience,
    lookEvery,
    clock: { now: () => new Date(Date.now() + aheadMs) },
  });
  const started = await service.start();
  return {
    url: started.url,
    ...clientOf(started.url),
    /** Its clock alone. */
    ahead(ms: number) {
      aheadMs += ms;
    },
    stop: () => service.stop(),
  };
}
export type Shipping = Awaited<ReturnType<typeof openShipping>>;

/** How the order service speaks with it, and a customer through the gateway. */
export function clientOf(url: string) {
  async function send<Body>(method: string, path: string, { body, as, headers }: Options = {}): Promise<Answer<Body>> {
    const caller = as ?? (await callerFor('service', { audience: 'shipping', sub: 'order' }));
    const response = await fetch(url + path, {
      method,
      headers: { ...caller, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  }
  const want = (orderId: string, changes: Partial<ParcelRequest> = {}, parcel = 1) =>
    send<Shipment>('PUT', `/shipments/${orderId}/${parcel}`, { body: aParcel(changes) });
  return {
    send,
    want,
    shipments: async (orderId: string, query = '') =>
      (await send<{ items: Shipment[] }>('GET', `/shipments/${orderId}${query}`)).body.items,
    one: async (orderId: string) => {
      const { body } = await send<{ items: Shipment[] }>('GET', `/shipments/${orderId}`);
      return body.items[0] as Shipment;
    },
    void: (orderId: string) => send<Shipment>('POST', `/shipments/${orderId}/1/void`),
    handOver: (orderId: string) => send<Shipment>('POST', `/shipments/${orderId}/1/hand-over`),
  };
}

export const aBuyer = (sub: string) => callerFor('guest', { audience: 'shipping', sub, scopes: ['cart'] });

/** Of any of the shards. */
export const anOrder = (): string =>
  orderIdOf({ at: new Date(), bucket: bucketOf(randomUUID()), random: randomBytes(8) });

export const home = { name: 'A. Buyer', line1: 'Hauptstr. 5', postcode: '10115', city: 'Berlin', country: 'DE' };
export const nowhere = { ...home, line1: '1 Undeliverable Rd' };

export const aParcel = (changes: Partial<ParcelRequest> = {}): ParcelRequest => ({
  address: home,
  carrier: 'easypost',
  service: 'USPS/GroundAdvantage',
  weightGrams: 700,
  reference: 'FWB81QE775E',
  price: { amountMinor: 545, currency: 'EUR' },
  ...changes,
});

type Told = { type: string; aggregateversion: number; data: { shipmentId: string; orderId: string; status: string } };

/** Takes what was published so far. */
export async function takeEvents({ broker }: Ground, queue = 'order'): Promise<Told[]> {
  const messages = (await broker.api('POST', `queues/{vhost}/${queue}/get`, {
    count: 1000,
    ackmode: 'ack_requeue_false',
    encoding: 'auto',
  })) as { payload: string }[];
  return messages.map(({ payload }) => JSON.parse(payload) as Told);
}

/** How many messages wait there; they stay. */
export async function depthOf({ broker }: Ground, queue: string): Promise<number> {
  const all = { count: 1000, ackmode: 'ack_requeue_true', encoding: 'auto' };
  return ((await broker.api('POST', `queues/{vhost}/${queue}/get`, all)) as unknown[]).length;
}
