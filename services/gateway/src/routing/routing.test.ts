import { describe, expect, it } from 'vitest';

import { cacheKey } from '../cache/cache-key.ts';
import { joinDocuments } from './join.ts';
import type { OpenApiDocument, Operation } from './open-api.ts';
import { publicRoutes } from './route-table.ts';

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

describe('the public routes', () => {
  it('puts the API under /api and leaves pictures at their short address', () => {
    const picture = operation({ responses: { '200': { content: { 'image/webp': {} } } } });
    const routes = publicRoutes({
      product: documentOf({ '/media/{sha256}/{width}': { get: picture }, '/categories': { get: operation() } }),
    });
    expect(routes.map(({ path, isStreamed }) => ({ path, isStreamed }))).toEqual([
      { path: '/api/categories', isStreamed: false },
      { path: '/media/:sha256/:width', isStreamed: true },
    ]);
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
    const a = documentOf({}, { Money: { type: 'object' } });
    const b = documentOf({}, { Money: { type: 'string' } });
    expect(() => joinDocuments({ a, b }, 'http://shop.example', '1')).toThrow(/b declares another schemas\/Money/);
    expect(joinDocuments({ a, b: a }, 'http://shop.example', '1').components?.['schemas']).toEqual({
      Money: { type: 'object' },
    });
  });

  it('shows who needs a token, and nothing of the inside', () => {
    const document = joinDocuments(
      {
        product: documentOf({
          '/products': { get: operation(), post: operation({ 'x-allow': ['merchant'], security: [{ caller: [] }] }) },
        }),
      },
      'http://shop.example',
      '1',
    );
    expect(document.paths['/api/products']?.['get']).toMatchObject({ security: [] });
    expect(document.paths['/api/products']?.['post']).toMatchObject({ security: [{ merchant: [] }] });
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
