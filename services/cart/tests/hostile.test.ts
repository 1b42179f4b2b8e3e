import {
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
      send(method, fill(path), { caller, body, contentType }),
    );
    expect(failures).toEqual([]);
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect(await send(method, fill(path), { caller, body })).toBe(path === '/carts' ? 201 : 200);
    const { status, body: cart } = await guest.read<Cart>();
    expect(status).toBe(200);
    expect(cart.items.every(({ units }) => units === samples.units)).toBe(true);
  });

  it.each(strangeSegments)('find no cart by %s', async (segment) => {
    const service = await callerFor('service', { audience: 'cart', sub: 'order' });
    const { caller } = guest;
    for (const [method, path, headers] of [
      ['GET', `/carts/${segment}/contents`, service],
      ['GET', `/carts/${segment}`, caller],
      ['DELETE', `/carts/${guest.created.cartId}/items/${segment}`, caller],
    ] as const) {
      const status = await send(method, path, { caller: headers });
      expect(status, `${method} ${path.slice(0, 80)}`).toBeGreaterThanOrEqual(400);
      expect(status, `${method} ${path.slice(0, 80)}`).toBeLessThan(500);
    }
  });
});
