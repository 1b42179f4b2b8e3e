import {
  answerOf,
  callerFor,
  failuresOf,
  hostileBodies,
  routesWithBodies,
  sampleOf,
  statusOf,
  strangeSegments,
  testStores,
  whyNoStores,
  type ApiDocument,
} from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openapi from '../openapi.json' with { type: 'json' };
import type { Cart } from '../src/contract.ts';
import { aSku, openCarts, type OpenCarts } from './open-cart.ts';

const document = openapi as unknown as ApiDocument;
const routes = routesWithBodies(document);
const samples = { units: 2 };

describe.skipIf(!testStores)(`hostile requests for carts ${whyNoStores}`, { timeout: 60_000 }, () => {
  let carts: OpenCarts;
  let guest: Awaited<ReturnType<OpenCarts['guest']>>;
  const sku = aSku();
  beforeAll(async () => {
    carts = await openCarts();
    carts.catalogue.sells(sku, 1999);
    guest = await carts.guest();
  });
  afterAll(() => carts?.close());

  const send = (method: string, path: string, sent: Omit<Parameters<typeof statusOf>[1], 'method'>) =>
    statusOf(carts.url + path, { method, ...sent });
  const fill = (path: string) => path.replace('{cartId}', guest.created.cartId).replace('{sku}', sku);

  it.each(routes)('break nothing at $method $path', async ({ method, path, schema }) => {
    const { caller } = guest;
    const bodies = hostileBodies(schema, document, { samples });
    const failures = await failuresOf(bodies, ({ body, contentType }) =>
      answerOf(carts.url + fill(path), { method, caller, body, contentType }),
    );
    expect(failures).toEqual([]);
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect(await send(method, fill(path), { caller, body })).toBe(path === '/carts' ? 201 : 200);
    const { status, body: cart } = await guest.read<Cart>();
    expect(status).toBe(200);
    expect(cart.items.every(({ units }) => units === samples.units)).toBe(true);
  });

  it('find no cart by a strange name', async () => {
    const service = await callerFor('service', { audience: 'cart', sub: 'order' });
    const { caller, created } = guest;
    for (const segment of strangeSegments) {
      const statuses = [
        await send('GET', `/carts/${segment}/contents`, { caller: service }),
        await send('GET', `/carts/${segment}`, { caller }),
        await send('PUT', `/carts/${segment}/items/${sku}`, { caller, body: '{"units":1}' }),
      ];
      for (const status of statuses) expect([400, 404], segment.slice(0, 80)).toContain(status);
      // What is not in the cart need not be taken out of it.
      const removed = await send('DELETE', `/carts/${created.cartId}/items/${segment}`, { caller });
      expect([200, 400, 404], segment.slice(0, 80)).toContain(removed);
    }
  });
});
