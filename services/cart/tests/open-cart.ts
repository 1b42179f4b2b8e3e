import { randomUUID } from 'node:crypto';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { connectRedis } from '@storefront/kit/redis';
import { callerFor, eventually, testConfig, testRedis } from '@storefront/kit/testing';
import type { Redis } from 'ioredis';
import { createCart, type Deps } from '../src/app.ts';
import type { Cart, CreatedCart, NewCart } from '../src/contract.ts';
import { openCatalogue } from './catalogue.ts';

export const guestKey = Buffer.alloc(32, 3);
const log = createLog({ service: 'cart', level: process.env['TEST_LOG'] ?? 'silent' });

export type Answer<Body> = { status: number; body: Body; headers: Headers };
export type ProblemBody = {
  code: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
};
type Options = { body?: unknown; headers?: Record<string, string> };

/** The running service on real Redis, before a product service that answers as its contract says, at a time that the test moves. */
export async function openCarts({ redisUrl, ...changes }: Partial<Deps> & { redisUrl?: string } = {}) {
  const store = testRedis('state');
  await store.ready();
  const config = testConfig('cart');
  const catalogue = await openCatalogue();
  const state = connectRedis({ ...store, url: redisUrl ?? store.url, keyPrefix: store.prefix, name: 'cart-test', log });
  const sent = countCommands(state);
  const signer = createServiceCaller({ callerDir: config.callerDir, service: 'cart' });
  const product = createClient({ name: 'product', baseUrl: catalogue.url, signer });
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const service = createCart({ config, log, state, product, guestKey, clock, ...changes });
  const { url } = await service.start();
  await eventually(() => state.ping());
  sent.length = 0;

  return {
    url,
    store,
    catalogue,
    /** Names of the commands that the service sent to Redis, in turn; empty it to count from now on. */
    sent,
    /** Past what is remembered of offers. */
    later: (milliseconds = 6_000) => (now += milliseconds),
    ...clientOf(url),
    async close() {
      await service.stop();
      await catalogue.close();
      await store.close();
    },
  };
}

export type OpenCarts = Awaited<ReturnType<typeof openCarts>>;

function clientOf(url: string) {
  const send = <Body>(method: string, path: string, options: Options = {}) => sendTo<Body>(url + path, method, options);

  /** A guest with a new cart, who shows its token from then on. */
  async function guest(wish: NewCart = {}) {
    const { status, body: created } = await send<CreatedCart>('POST', '/carts', { body: wish });
    if (status !== 201) throw new Error(`no cart: ${JSON.stringify(created)}`);
    return { created, ...(await buyer(created)) };
  }

  async function buyer({ cartId, buyerId }: Pick<Cart, 'cartId' | 'buyerId'>) {
    const caller = await callerFor('guest', { audience: 'cart', sub: buyerId, scopes: ['cart'] });
    const ask =
      (method: string, path: string, body?: object) =>
      <Body = Cart>(headers: Record<string, string> = {}): Promise<Answer<Body>> =>
        send<Body>(method, `/carts/${cartId}${path}`, {
          ...(body ? { body } : {}),
          headers: { ...caller, ...headers },
        });
    return {
      caller,
      read: ask('GET', ''),
      put: <Body = Cart>(sku: string, units: number, headers?: Record<string, string>) =>
        ask('PUT', `/items/${sku}`, { units })<Body>(headers),
      remove: <Body = Cart>(sku: string, headers?: Record<string, string>) =>
        ask('DELETE', `/items/${sku}`)<Body>(headers),
      goTo: <Body = Cart>(country: string, headers?: Record<string, string>) =>
        ask('PUT', '/country', { country })<Body>(headers),
    };
  }

  async function contents<Body = Cart>(cartId: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return send<Body>('GET', `/carts/${cartId}/contents`, {
      headers: { ...(await callerFor('service', { audience: 'cart', sub: 'order' })), ...headers },
    });
  }

  return { send, guest, buyer, contents };
}

async function sendTo<Body>(url: string, method: string, { body, headers }: Options): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
    headers: response.headers,
  };
}

/** Every command goes through `sendCommand` on its way to the socket: a script that is not known to the server, twice. */
function countCommands(redis: Redis): string[] {
  const sent: string[] = [];
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    sent.push(command.name);
    return send(command, ...rest);
  };
  return sent;
}

export const aSku = () => `sku-${randomUUID()}`;
