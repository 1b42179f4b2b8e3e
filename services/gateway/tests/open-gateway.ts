import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { connectBroker } from '@storefront/kit/broker';
import { readPrivateKey } from '@storefront/kit/caller';
import { capabilityFor } from '@storefront/kit/capability';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectRedis } from '@storefront/kit/redis';
import {
  eventually,
  testBroker,
  testCallerDir,
  testConfig,
  testStores,
  type TestBroker,
} from '@storefront/kit/testing';

import { createGateway, type Deps } from '../src/app.ts';

export const merchantToken = 'the-merchant-of-these-tests';
const guestKey = randomBytes(32);

/** Headers of a guest who shows the token of a cart, or of an order. */
export function asGuest(kind: 'cart' | 'order', id: string): { authorization: string } {
  return { authorization: `Bearer ${guestTokenOf({ kind, id }, capabilityFor(guestKey, kind, id))}` };
}

/** A peer in the place of the services: answers as the test says and remembers what it was asked. */
export async function openPeer() {
  const requests: IncomingMessage[] = [];
  let answer = (_request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('content-type', 'application/json').end('{"items":[],"nextCursor":null}');
  };
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers: (next: typeof answer) => (answer = next),
    fails: (status = 503) => (answer = (_, response) => response.writeHead(status).end()),
    connections: () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
    close: () => new Promise<void>((resolve) => server.closeAllConnections() ?? server.close(() => resolve())),
  };
}

export type Peer = Awaited<ReturnType<typeof openPeer>>;

const catalogueEvents = ['product.changed', 'product.unpublished'];
let shared: Promise<TestBroker> | undefined;

/** The broker of all gateways of a test file, with the queue that the fleet gives to the gateway. */
export function sharedBroker(): Promise<TestBroker> {
  shared ??= testBroker({
    product: { publishes: catalogueEvents, consumes: [] },
    gateway: { publishes: [], consumes: catalogueEvents },
  });
  return shared;
}

export async function closeBroker(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}

/** The gateway on real Redis servers and a real broker, with the given peer in the place of every service, at a time that the test moves. */
export async function openGateway(peer: Peer, changes: Partial<Deps> = {}) {
  if (!testStores) throw new Error('these tests need stores');
  let now = Date.now();
  const log = createLog({ service: 'gateway', level: 'silent' });
  const deps: Deps = {
    config: configOf(peer.url, testStores),
    log,
    metrics: createMetrics({ service: 'gateway' }),
    cache: connectRedis({ ...testStores.cache, log, name: 'gateway-test' }),
    state: connectRedis({ ...testStores.state, log, name: 'gateway-test' }),
    broker: connectBroker({ ...(await sharedBroker()).account('gateway'), name: 'gateway-test', log }),
    clients: {
      product: clientsOf('product', peer),
      cart: clientsOf('cart', peer),
      order: clientsOf('order', peer),
      payment: clientsOf('payment', peer),
      shipping: clientsOf('shipping', peer),
    },
    signingKey: await readPrivateKey(testCallerDir()),
    clock: { now: () => new Date(now) },
    ...changes,
  };
  const gateway = createGateway(deps);
  const { url } = await gateway.start();
  if (!changes.cache) await eventually(() => deps.cache.ping());
  if (!changes.state) await eventually(() => deps.state.ping());
  return {
    url,
    deps,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers }),
    send: (method: string, path: string, { headers = {}, body }: { headers?: object; body?: object } = {}) =>
      fetch(url + path, {
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      }),
    later: (milliseconds: number) => (now += milliseconds),
    close: () => gateway.stop(),
  };
}

export type Gateway = Awaited<ReturnType<typeof openGateway>>;

function configOf(url: string, stores: NonNullable<typeof testStores>): Deps['config'] {
  const dir = mkdtempSync(join(tmpdir(), 'gateway-'));
  writeFileSync(join(dir, 'token'), `${merchantToken}\n`);
  writeFileSync(join(dir, 'guest-key'), `${guestKey.toString('base64')}\n`);
  return {
    ...testConfig('gateway', { scope: `test-${randomBytes(6).toString('hex')}` }),
    productUrl: url,
    cartUrl: url,
    orderUrl: url,
    paymentUrl: url,
    shippingUrl: url,
    cacheUrl: stores.cache.url,
    stateUrl: stores.state.url,
    brokerUrl: 'amqp://127.0.0.1:1',
    merchantTokenFile: join(dir, 'token'),
    guestKeyFile: join(dir, 'guest-key'),
  };
}

/** Few connections for calls, so that one who takes them is found. */
function clientsOf(name: string, { url: baseUrl }: Peer) {
  return {
    calls: createClient({ name, baseUrl, connections: 8 }),
    listeners: createClient({ name, baseUrl, connections: 1_000 }),
  };
}
