/** Storefronts for tests and benchmarks: those of crds/samples, and a fleet as large as the one that is planned. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Storefront } from '@storefront/crds';
import { parse } from 'yaml';
import { defineFleet, fleet } from '../fleet.ts';

const folder = join(import.meta.dirname, '../../../crds/samples');

/** A sample, under another name or in another namespace where one is given. */
export function sampleStorefront(
  sample: 'local' | 'production',
  metadata: { name?: string; namespace?: string } = {},
): Storefront {
  const storefront = Storefront.parse(parse(readFileSync(join(folder, `${sample}.yaml`), 'utf8')));
  return { ...storefront, metadata: { ...storefront.metadata, ...metadata } };
}

const plain = { ...fleet.web, calls: [] };

/** Services that use every kind of store: a fleet that sells. */
export const sellingFleet = defineFleet({
  ...fleet,
  identity: { ...plain, port: 7002, stores: { customers: { kind: 'postgres', schema: 'identity' } }, migrates: true },
  order: {
    ...plain,
    port: 7005,
    stores: { orders: { kind: 'postgres', schema: 'orders', sharded: true } },
    migrates: true,
    publishes: ['order.placed'],
    consumes: ['payment.changed'],
    mails: true,
  },
  payment: {
    ...plain,
    port: 7006,
    stores: { orders: { kind: 'postgres', schema: 'payment', sharded: true } },
    migrates: true,
    publishes: ['payment.changed'],
    queues: ['webhooks'],
  },
  review: { ...plain, port: 7008, consumes: ['order.placed'] },
});

/** Eight services, so that a Storefront has more than sixty objects. */
export const largeFleet = defineFleet({
  ...fleet,
  identity: { ...plain, port: 7002 },
  customer: { ...plain, port: 7003 },
  cart: { ...plain, port: 7004, calls: ['product'] },
  order: { ...plain, port: 7005, calls: ['cart', 'product'] },
  review: { ...plain, port: 7006 },
});
