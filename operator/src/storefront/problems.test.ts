import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Storefront } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleet } from '../fleet.ts';
import { sampleStorefront, sellingFleet, smallFleet } from '../testing/samples.ts';
import { podsOf, poolOf } from './pools.ts';
import { problemsOf } from './problems.ts';
import { serversOf } from './stores.ts';

describe('what a fleet misses in a Storefront', () => {
  it('is nothing in the samples', () => {
    expect(problemsOf(sampleStorefront('production'), sellingFleet)).toEqual([]);
    const local = sampleStorefront('local');
    local.spec.services!.identity = { replicas: 1 };
    expect(problemsOf(local, sellingFleet)).toEqual([]);
    const [shard] = serversOf(local, 'orders');
    expect(poolOf(local, sellingFleet, shard!)).toBe(6);
  });

  it.each(['dev', 'prod'])('is nothing in the shop that the Pulumi program makes of the stack %s', (stack) => {
    const file = readFileSync(join(import.meta.dirname, `../../../pulumi/tests/golden/${stack}.yaml`), 'utf8');
    const { resources } = parse(file) as { resources: Record<string, unknown> };
    const storefront = Storefront.parse(resources['kubernetes:storefront.dev/v1alpha1:Storefront storefront']);
    expect(problemsOf(storefront, fleet)).toEqual([]);
  });

  it('is named with those who need it', () => {
    const storefront = sampleStorefront('production');
    for (const store of ['customers', 'orders', 'broker'] as const) delete storefront.spec.stores[store];
    for (const field of ['mail', 'payments', 'shipping'] as const) delete storefront.spec[field];
    expect(problemsOf(storefront, sellingFleet)).toEqual([
      'spec.stores.broker: is missing; gateway, product, order, payment, shipping and review need it',
      'spec.stores.orders: is missing; order, payment and shipping need it',
      'spec.stores.customers: is missing; identity needs it',
      'spec.mail: is missing; order needs it',
      'spec.payments: is missing; payment needs it',
      'spec.shipping: is missing; shipping needs it',
    ]);
    expect(problemsOf(storefront, smallFleet)).toEqual([]);
  });

  it('is the address that parcels leave from', () => {
    const storefront = sampleStorefront('production');
    delete storefront.spec.shipping!.from;
    expect(problemsOf(storefront, sellingFleet)).toEqual(['spec.shipping.from: is missing; shipping needs it']);
  });

  it('is a carrier that it can speak to', () => {
    const storefront = sampleStorefront('production');
    storefront.spec.shipping!.carriers.push({ name: 'parcels', kind: 'Shippo', secretRef: { name: 'acme-parcels' } });
    expect(problemsOf(storefront, sellingFleet)).toEqual([
      'spec.shipping.carriers[parcels].kind: this release does not speak to Shippo; remove it',
    ]);
  });

  it('is room for a connection of every pod', () => {
    const storefront = sampleStorefront('production');
    storefront.spec.stores.orders!.shards[1]!.maxConnections = 20;
    expect(problemsOf(storefront, sellingFleet)).toEqual([
      'spec.stores.orders.shards[orders-2].maxConnections: 20 are too few for the 60 pods of order, payment and shipping that ' +
        'may run at once; allow 60 or more, or lower their replicas or autoscaling.max',
    ]);
  });
});

describe('the connections of a pod', () => {
  it('are never more in all than the server bears, while pods are replaced too', () => {
    for (const maxConnections of [60, 119, 120, 300, 10_000]) {
      const storefront = sampleStorefront('production');
      storefront.spec.stores.orders!.shards[0]!.maxConnections = maxConnections;
      const [server] = serversOf(storefront, 'orders');
      const pool = poolOf(storefront, sellingFleet, server!);
      expect(pool * podsOf(storefront, sellingFleet, 'orders')).toBeLessThanOrEqual(maxConnections);
      expect(pool).toBe(Math.min(10, Math.floor(maxConnections / 60)));
    }
  });

  it('leave room for all three pods of a service that are replaced at once', () => {
    const storefront = sampleStorefront('local');
    const before = podsOf(storefront, sellingFleet, 'orders');
    storefront.spec.services!.order = { replicas: 3 };
    expect(podsOf(storefront, sellingFleet, 'orders')).toBe(before + 2 + 2);
  });
});
