import { describe, expect, it } from 'vitest';
import { calledFirst } from './generate.ts';
import { describeApi } from './api-page.ts';
import { describeFleet, withFleet } from './fleet-diagram.ts';
import type { Fleet } from '@storefront/operator/fleet';

const size = { cpu: '10m', memory: '64Mi', replicas: [1, 2] as const };
const nothing = { stores: {}, publishes: [], consumes: [], calls: [], streams: [], external: false, size };
const table: Fleet = {
  front: {
    ...nothing,
    port: 7000,
    calls: ['stock'],
    edge: { pages: 'pages', api: ['/api/'], uploads: [], health: '/api/' },
  },
  pages: { ...nothing, port: 7001, calls: ['front'] },
  stock: {
    ...nothing,
    port: 7002,
    stores: { items: { kind: 'mongo' } },
    publishes: ['stock.low'],
    mails: true,
    integration: 'carriers',
  },
};

describe('the documentation of the fleet', () => {
  it('draws every service, call and store of the table', () => {
    const text = describeFleet(table);
    for (const line of [
      'front["edge · front :7000"]',
      'customers([customers]) --> front',
      'front --> stock',
      'front -. pages .-> pages',
      'stock --> items[("items<br>mongo")]',
      'stock --> carriers([carriers])',
      'stock --> mail([mail])',
      '| stock | 7002 | – | items (mongo) | stock.low | – | 1–2 | 10m, 64Mi |',
    ])
      expect(text).toContain(line);
  });

  it('replaces what stands between the markers, and nothing else, however often', () => {
    const before = 'a\n<!-- fleet:begin (why) -->\nold\n<!-- fleet:end -->\nz\n';
    const once = withFleet(before, 'new');
    expect(once).toBe('a\n<!-- fleet:begin (why) -->\n\nnew\n\n<!-- fleet:end -->\nz\n');
    expect(withFleet(once, 'new')).toBe(once);
  });

  it('says which markers are missing', () => {
    expect(() => withFleet('a', 'new')).toThrow('fleet:begin');
  });
});

describe('the order of generation', () => {
  it('makes the documents of those who are called before those of their callers', () => {
    expect(calledFirst(table)).toEqual(['stock', 'front', 'pages']);
  });

  it('ends when services call each other', () => {
    expect(calledFirst({ a: { calls: ['b'] }, b: { calls: ['a'] } })).toEqual(['b', 'a']);
  });
});

describe('the documentation of the API', () => {
  const responses = { 200: {}, 400: {}, 409: {}, 503: {} };
  const text = describeApi({
    info: { title: 'Shop API', description: 'Lists are pages.' },
    paths: {
      '/api/carts': { post: { tags: ['carts'], summary: 'A cart | empty', responses } },
      '/api/orders': {
        get: { tags: ['orders'], summary: 'Orders', security: [{ guest: [] }, { merchant: [] }], responses },
      },
    },
  });

  it('has every route with who may ask, and what only it answers', () => {
    expect(text).toContain('# Shop API');
    expect(text).toContain('## carts');
    expect(text).toContain('| `POST /api/carts` | anyone | A cart \\| empty | 200, 409 |');
    expect(text).toContain('| `GET /api/orders` | guest, merchant | Orders | 200, 409 |');
  });
});
