import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databases, refusalsOf, within } from '../../tests/engine/refusals.ts';
import { type Config, settingsOf } from '../../tests/engine/stacks.ts';
import { components } from './names.ts';

const shards = (...names: string[]) => databases('prod', { orders: { shards: names } });

it('know the components of the program', () => {
  const program = readFileSync(join(import.meta.dirname, '../../index.ts'), 'utf8');
  const made = [...program.matchAll(/new [A-Z]\w+\('([a-z]+)'/g)].map(([, name]) => name as string);
  expect(made.length).toBeGreaterThan(15);
  expect(components.toSorted()).toEqual(made.filter((name) => name !== 'orders').toSorted());
});

describe('a shard', () => {
  it.each(['customers', 'mongo', 'edge', 'cache', 'state', 'broker', 'discovery'])('is not called %s', (name) => {
    expect(refusalsOf('prod', shards('orders-1', name))).toEqual([
      `databases.orders.shards: ${name} begins like ${name}, a part of the platform: rename it`,
    ]);
  });

  it('is not called like a Secret of a store, nor like a replica', () => {
    expect(refusalsOf('prod', shards('orders-1', 'mongo-tls', 'orders-1-replica-1'))).toEqual([
      'databases.orders.shards: mongo-tls begins like mongo, a part of the platform: rename it',
      'databases.orders.shards: orders-1-replica-1 ends like a replica of another shard: rename it',
    ]);
  });

  it('may be called what begins with the same letters', () => {
    expect(refusalsOf('prod', shards('orders', 'statement', 'mongolia'))).toEqual([]);
  });
});

describe('an integration', () => {
  const refusals = (names: Record<string, string[]>) => {
    const others = settingsOf('prod')['integrations'] as Config;
    const added = Object.entries(names).map(([name, keys]) => [
      name,
      Object.fromEntries(keys.map((key) => [key, 'secret'])),
    ]);
    return refusalsOf('prod', { integrations: { ...others, ...Object.fromEntries(added) } });
  };

  it('is not called like a Secret of the platform or of a shard', () => {
    expect(
      refusals({ mongo: ['admin-username'], 'cache-admin': ['password'], 'orders-1': ['admin-username'] }),
    ).toEqual([
      'integrations.mongo: begins like the Secrets of mongo: rename it',
      'integrations.cache-admin: begins like the Secrets of cache: rename it',
      'integrations.orders-1: begins like the Secrets of orders-1: rename it',
    ]);
  });

  it('is not called like a Secret of the operator', () => {
    expect(refusals({ merchant: ['token'], guests: ['key'], 'web-credentials': ['cursor-key'] })).toEqual([
      'integrations.merchant: is a Secret that the operator makes: rename it',
      'integrations.guests: is a Secret that the operator makes: rename it',
      'integrations.web-credentials: is a Secret that the operator makes: rename it',
    ]);
  });

  it('has no key that is another’s once both are joined', () => {
    expect(refusals({ easy: ['post-key'], 'easy-post': ['key'] })).toEqual([
      'integrations: two keys would both be easy-post-key in Secret Manager: rename one',
    ]);
  });
});

it.each(['mongo', 'rabbitmq', 'consul', 'edge', 'kube-system', 'gke-managed', 'default'])(
  'the shop does not live in %s',
  (namespace) => {
    expect(refusalsOf('prod', within('prod', 'shop', { namespace }))).toContain(
      `shop.namespace: ${namespace} is a namespace of the platform: take one that is the shop's alone, such as shop`,
    );
  },
);
