import { describe, expect, it } from 'vitest';

import { cacheKey } from '../cache/cache-key.ts';
import { joinDocuments } from './join.ts';
import type { OpenApiDocument, Operation } from './open-api.ts';
import { publicLocation, publicRoutes, upstreamPath } from './route-table.ts';

const json = { 'application/json': {} };
const operation = (more: Partial<Operation> = {}): Operation => ({
  'x-allow': ['anyone'],
  responses: { '200': { content: json } },
  ...more,
});
const documentOf = (paths: OpenApiDocument['paths'], schemas = {}): OpenApiDocument => ({
  openapi: '3.1.0',
  info: { title: 'service', version: '1' },
  paths,
  components: { schemas },
});

const answerOf = (schema: string) => ({
  responses: { '200': { content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } } },
});
const pathsTo = (path: string, schema: string) => ({ [path]: { get: operation(answerOf(schema)) } });
const join = (documents: Record<string, OpenApiDocument>) =>
  joinDocuments({ documents, publicUrl: 'http://shop.example', version: '1' });

describe('the public routes', () => {
  it('puts the API under /api and leaves pictures at their short address', () => {
    const picture = operation({ responses: { '200': { content: { 'image/webp': {} } } } });
    const routes = publicRoutes({
      product: documentOf({ '/media/{sha256}/{width}': { get: picture }, '/categories': { get: operation() } }),
    });
    expect(routes.map(({ path, transport }) => ({ path, transport }))).toEqual([
      { path: '/api/categories', transport: 'whole' },
      { path: '/media/:sha256/:width', transport: 'bytes' },
    ]);
  });

  it('leaves webhooks at the address that others were told, their bodies in one piece', () => {
    const webhook = operation({
      requestBody: { content: { 'application/octet-stream': {} } },
      responses: { '200': {} },
    });
    const [route] = publicRoutes({ shipping: documentOf({ '/webhooks/carriers/{carrier}': { post: webhook } }) });
    expect(route).toMatchObject({ path: '/webhooks/carriers/:carrier', isWebhook: true, transport: 'whole' });
    expect(upstreamPath('/webhooks/carriers/easypost')).toBe('/webhooks/carriers/easypost');
  });

  it('knows server-sent events by what they answer', () => {
    const events = operation({ responses: { '200': { content: { 'text/event-stream': {} } } } });
    const [route] = publicRoutes({ order: documentOf({ '/orders/{orderId}/events': { get: events } }) });
    expect(route).toMatchObject({ path: '/api/orders/:orderId/events', transport: 'events' });
  });

  it("retires the cache for changes of what all see: where answers are kept, and not by guests' own things", () => {
    const kept = operation({ 'x-cache': { maxAge: '30s' } });
    const byMerchant = operation({ 'x-allow': ['merchant'] });
    const byGuests = operation({ 'x-allow': ['guest', 'merchant'] });
    const routes = publicRoutes({
      product: documentOf({ '/products': { get: kept, post: byMerchant }, '/views': { post: operation() } }),
      order: documentOf({ '/orders/{orderId}/refunds': { post: byMerchant }, '/orders': { post: byGuests } }),
      payment: documentOf({ '/settings': { get: kept }, '/webhooks/stripe': { post: operation() } }),
    });
    expect(routes.filter(({ retiresCache }) => retiresCache).map(({ path }) => path)).toEqual(['/api/products']);
  });

  it('tells the public where a new thing is', () => {
    expect(publicLocation('/orders/1')).toBe('/api/orders/1');
    expect(publicLocation('https://bank.example/3ds')).toBe('https://bank.example/3ds');
    expect(publicLocation('//evil.example')).toBe('//evil.example');
  });

  it('tries a fixed segment before a parameter', () => {
    const routes = publicRoutes({
      product: documentOf({ '/products/{productId}': { get: operation() }, '/products/slugs': { get: operation() } }),
    });
    expect(routes.map(({ path }) => path)).toEqual(['/api/products/slugs', '/api/products/:productId']);
  });

  it('leaves out what only services may call, and what says nothing about it', () => {
    const routes = publicRoutes({
      product: documentOf({
        '/internal': { get: operation({ 'x-allow': ['service'] }) },
        '/silent': { get: { responses: {} } },
      }),
    });
    expect(routes).toEqual([]);
  });

  it('keeps answers as long as the service says', () => {
    const cached = operation({ 'x-cache': { maxAge: '30s', stale: '5m' } });
    const [route] = publicRoutes({ product: documentOf({ '/categories': { get: cached } }) });
    expect(route?.cache).toEqual({ maxAgeMs: 30_000, staleMs: 300_000 });
  });
});

describe('the joined document', () => {
  it('is refused when two services mean different things by one name', () => {
    const a = documentOf(pathsTo('/a', 'Money'), { Money: { type: 'object' } });
    const b = documentOf(pathsTo('/b', 'Money'), { Money: { type: 'string' } });
    expect(() => join({ a, b })).toThrow(/b declares another schemas\/Money/);
    const same = documentOf(pathsTo('/b', 'Money'), { Money: { type: 'object' } });
    expect(join({ a, b: same }).components?.['schemas']).toEqual({ Money: { type: 'object' } });
  });

  it('is refused when two services have one address', () => {
    const document = documentOf({ '/orders': { get: operation() } });
    expect(() => join({ a: document, b: document })).toThrow('b declares get /api/orders, as a service before it does');
  });

  it('has the schemas of its own operations, and not those that services use among themselves', () => {
    const paths = {
      ...pathsTo('/carts', 'Cart'),
      '/holds': { put: operation({ ...answerOf('Hold'), 'x-allow': ['service'] }) },
    };
    const schemas = { Cart: { $ref: '#/components/schemas/Money' }, Money: {}, Hold: {}, Unused: {} };
    const { components } = join({ cart: documentOf(paths, schemas) });
    expect(Object.keys(components?.['schemas'] ?? {})).toEqual(['Cart', 'Money']);
  });

  it('shows who needs a token, and nothing of the inside', () => {
    const document = join({
      product: documentOf({
        '/products': { get: operation(), post: operation({ 'x-allow': ['merchant'], security: [{ caller: [] }] }) },
        '/orders/{orderId}': { get: operation({ 'x-allow': ['guest', 'merchant', 'service'] }) },
      }),
    });
    expect(document.paths['/api/products']?.['get']).toMatchObject({ security: [] });
    expect(document.paths['/api/products']?.['post']).toMatchObject({ security: [{ merchant: [] }] });
    expect(document.paths['/api/orders/{orderId}']?.['get']).toMatchObject({
      security: [{ guest: [] }, { merchant: [] }],
    });
    expect(JSON.stringify(document)).not.toMatch(/x-allow|caller/);
  });
});

describe('the key of a kept answer', () => {
  it('is the same for the same question', () => {
    expect(cacheKey('/products', 'a=1&b=2')).toBe(cacheKey('/products', 'b=2&a=1'));
    expect(cacheKey('/products', 'q=a%20b')).toBe(cacheKey('/products', 'q=a+b'));
  });

  it('is another for another question', () => {
    const keys = ['a=1', 'a=2', 'a=1&a=2', 'a=2&a=1', 'a=1%26a=2', ''].map((query) => cacheKey('/products', query));
    expect(new Set([...keys, cacheKey('/product', 's?a=1')]).size).toBe(7);
  });
});
