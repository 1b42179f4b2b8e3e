import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { Problem } from '@storefront/kit/errors';
import { whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { asGuest, closeBroker, merchantToken, openGateway, openPeer, type Gateway, type Peer } from './open-gateway.ts';

const buyerId = '7b0f7f0e-3b43-4a54-9a57-0f2f3d1c5e11';
const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
const asMerchant = { authorization: `Bearer ${merchantToken}` };

describe.skipIf(whyNoBroker)(`guests at the gateway ${whyNoBroker}`, () => {
  let peer: Peer;
  let gateway: Gateway;

  beforeEach(async () => {
    peer = await openPeer();
    gateway = await openGateway(peer);
  });
  afterEach(async () => {
    await gateway.close();
    await peer.close();
  });
  afterAll(closeBroker);

  /** What a service is told of its caller; that it is signed is tested with the credentials. */
  const callerSeen = (request: IncomingMessage | undefined = peer.requests.at(-1)) => {
    const [, claims = ''] = String(request?.headers['x-storefront-caller']).split('.');
    const { kind, sub, scopes, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    return { kind, sub, scopes, aud };
  };

  it("makes a buyer of who shows a cart's token", async () => {
    await gateway.get(`/api/carts/${randomUUID()}`, asGuest('cart', buyerId));
    expect(callerSeen()).toEqual({
      kind: 'guest',
      sub: buyerId,
      scopes: ['cart', 'orders:read', 'orders:write'],
      aud: 'cart',
    });
    expect(peer.requests.at(-1)?.headers['authorization']).toBeUndefined();
  });

  it("opens that one order to who shows an order's token", async () => {
    await gateway.get(`/api/orders/${orderId}`, asGuest('order', orderId));
    expect(callerSeen()).toEqual({ kind: 'guest', sub: '', scopes: [`order:${orderId}`], aud: 'order' });
  });

  it.each([
    ['of another key', `cart.${buyerId}.${createHash('sha256').update('x').digest('base64url')}`],
    [
      'of another buyer',
      asGuest('cart', randomUUID())
        .authorization.slice(7)
        .replace(/\.[^.]+\./, `.${buyerId}.`),
    ],
    ['of another kind', asGuest('cart', orderId).authorization.slice(7).replace('cart.', 'order.')],
    ['cut short', asGuest('cart', buyerId).authorization.slice(7, -1)],
    ['with more behind it', `${asGuest('cart', buyerId).authorization.slice(7)}.x`],
  ])('refuses a token %s', async (_, token) => {
    const answer = await gateway.get(`/api/carts/${randomUUID()}`, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(401);
    expect(Problem.parse(await answer.json()).code).toBe('unknown-token');
    expect(peer.requests).toHaveLength(0);
  });

  it('answers them from the cache, which asks for nobody in particular', async () => {
    await gateway.get('/api/products', asGuest('cart', buyerId));
    const answers = [
      await gateway.get('/api/products', asGuest('cart', randomUUID())),
      await gateway.get('/api/products', asGuest('order', orderId)),
      await gateway.get('/api/products'),
    ];
    for (const { headers } of answers) expect(headers.get('cache-status')).toContain('hit');
    expect(peer.requests).toHaveLength(1);
    expect(callerSeen()).toMatchObject({ kind: 'guest', sub: '', scopes: [] });
  });

  it('keeps what it has while they change things of their own', async () => {
    await gateway.get('/api/products');
    const mine = asGuest('cart', buyerId);
    await gateway.send('POST', '/api/carts', { body: {} });
    await gateway.send('PUT', `/api/carts/${randomUUID()}/items/mug`, { headers: mine, body: { units: 1 } });
    await gateway.send('POST', '/api/orders', { headers: { ...mine, 'idempotency-key': '"a"' }, body: {} });
    await gateway.send('POST', `/api/orders/${orderId}/refunds`, { headers: asMerchant, body: {} });
    await gateway.send('POST', '/webhooks/stripe', { body: {} });
    expect(peer.requests).toHaveLength(6);

    expect((await gateway.get('/api/products')).headers.get('cache-status')).toContain('hit');
    expect(peer.requests).toHaveLength(6);
  });

  it('lets through what makes a repetition harmless, both ways', async () => {
    peer.answers((_, response) =>
      response
        .writeHead(201, {
          'content-type': 'application/json',
          location: `/orders/${orderId}`,
          'idempotent-replayed': 'true',
          'x-inside': 'secret',
        })
        .end('{}'),
    );
    const headers = { ...asGuest('cart', buyerId), 'idempotency-key': '"k1"' };
    const answer = await gateway.send('POST', '/api/orders', { headers, body: { cartId: 'x' } });

    expect(peer.requests.at(-1)?.headers['idempotency-key']).toBe('"k1"');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`);
    expect(answer.headers.get('idempotent-replayed')).toBe('true');
    expect(answer.headers.get('x-inside')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('Idempotent-Replayed');
  });

  it('does not show what services ask of each other', async () => {
    const { paths } = (await (await gateway.get('/openapi.json')).json()) as { paths: Record<string, object> };
    for (const inside of ['contents', 'offers', 'holds', '/api/payments/', '/api/shipments/'])
      expect(Object.keys(paths).filter((path) => path.includes(inside))).toEqual([]);
    expect(paths['/api/orders/{orderId}']).toMatchObject({ get: { security: [{ guest: [] }, { merchant: [] }] } });
    expect(paths['/api/carts']).toMatchObject({ post: { security: [] } });
    expect((await gateway.send('PUT', `/api/holds/${randomUUID()}`, { body: {} })).status).toBe(404);
  });

  describe('and their budgets', () => {
    const policy = { points: 3, seconds: 60 };
    const change = (at: Gateway, headers: object) =>
      at.send('PUT', `/api/carts/${randomUUID()}/items/mug`, { headers, body: { units: 1 } });

    it('are those of each buyer, however many are behind one address', async () => {
      const strict = await openGateway(peer, { rateLimits: { write: policy } });
      const address = { 'x-forwarded-for': '203.0.113.9' };
      const buyers = Array.from({ length: 5 }, () => ({ ...asGuest('cart', randomUUID()), ...address }));

      for (let i = 0; i < 3; i += 1) for (const buyer of buyers) expect((await change(strict, buyer)).status).toBe(200);
      const refused = await change(strict, buyers[0] ?? {});

      expect(refused.status).toBe(429);
      expect(refused.headers.get('ratelimit-policy')).toBe('"write";q=3;w=60');
      await strict.close();
    });

    it('ask their store once for all writes of a checkout', async () => {
      const buyer = randomUUID();
      const { config, state } = gateway.deps;
      const taken = () => state.get(`${config.scope}:gateway:limit:write:guest:${buyer}`);
      expect((await change(gateway, asGuest('cart', buyer))).headers.get('ratelimit')).toMatch(/^"write";r=199;/);
      const first = await taken();
      const rates = `/api/shipping-rates?cartId=${randomUUID()}&country=DE&postcode=10000`;
      expect((await gateway.get(rates, asGuest('cart', buyer))).status).toBe(200);
      const headers = { ...asGuest('cart', buyer), 'idempotency-key': randomUUID() };
      const placed = await gateway.send('POST', '/api/orders', { headers, body: {} });
      expect(placed.headers.get('ratelimit')).toMatch(/^"write";r=197;/);
      expect([first, await taken()]).toEqual(['4', '4']);
    });

    it('count a read that makes others work as a write', async () => {
      const strict = await openGateway(peer, { rateLimits: { write: policy } });
      const buyer = asGuest('cart', randomUUID());
      const rates = (postcode: number) =>
        strict.get(`/api/shipping-rates?cartId=${randomUUID()}&country=DE&postcode=${postcode}`, buyer);
      for (let i = 0; i < 3; i += 1) expect((await rates(10_000 + i)).status).toBe(200);
      const refused = await rates(10_003);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('ratelimit-policy')).toBe('"write";q=3;w=60');
      await strict.close();
    });

    it('are that of the address for making carts', async () => {
      const strict = await openGateway(peer, { rateLimits: { newcomer: policy } });
      const create = (address: string) =>
        strict.send('POST', '/api/carts', { headers: { 'x-forwarded-for': address }, body: {} });
      for (let i = 0; i < 3; i += 1) expect((await create('203.0.113.1')).status).toBe(200);

      expect((await create('203.0.113.1')).status).toBe(429);
      expect((await create('203.0.113.2')).status).toBe(200);
      expect((await change(strict, { ...asGuest('cart', buyerId), 'x-forwarded-for': '203.0.113.1' })).status).toBe(
        200,
      );
      await strict.close();
    });

    it('are one for each order too', async () => {
      const strict = await openGateway(peer, { rateLimits: { read: policy } });
      const read = (id: string) => strict.get(`/api/orders/${id}`, asGuest('order', id));
      for (let i = 0; i < 3; i += 1) expect((await read(orderId)).status).toBe(200);

      expect((await read(orderId)).status).toBe(429);
      expect((await read(`${orderId.slice(0, -1)}1`)).status).toBe(200);
      await strict.close();
    });
  });
});
