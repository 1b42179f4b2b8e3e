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

const plain = { ...fleet.web, calls: [], streams: [] };
const orders = (schema: string) => ({ kind: 'postgres', schema, sharded: true }) as const;

/** Services that use every kind of store, and all that a service may be given: a fleet that sells. */
export const sellingFleet = defineFleet({
  ...fleet,
  gateway: {
    ...fleet.gateway,
    consumes: ['product.changed', 'product.unpublished'],
    guests: true,
    calls: ['product', 'cart', 'order', 'payment', 'shipping'],
    streams: ['/api/orders/:orderId/events'],
    edge: { ...fleet.gateway.edge!, api: [...fleet.gateway.edge!.api, '/webhooks/'] },
  },
  product: { ...fleet.product, publishes: ['product.changed', 'product.unpublished', 'stock.low'] },
  web: { ...fleet.web, streams: ['/orders/:orderId/events'] },
  identity: { ...plain, port: 7002, stores: { customers: { kind: 'postgres', schema: 'identity' } }, migrates: true },
  cart: { ...plain, port: 7003, stores: { state: { kind: 'redis' } }, guests: true, calls: ['product'] },
  order: {
    ...plain,
    port: 7005,
    stores: { orders: orders('orders') },
    migrates: true,
    publishes: ['order.placed', 'order.confirmed'],
    consumes: ['payment.changed', 'shipment.changed'],
    mails: true,
    guests: true,
    calls: ['cart', 'product', 'payment', 'shipping'],
    streams: ['/orders/:orderId/events'],
  },
  payment: {
    ...plain,
    port: 7006,
    stores: { orders: orders('payment') },
    migrates: true,
    publishes: ['payment.changed'],
    queues: ['webhooks'],
    external: true,
    integration: 'payments',
  },
  shipping: {
    ...plain,
    port: 7007,
    stores: { orders: orders('shipping') },
    migrates: true,
    publishes: ['shipment.changed'],
    queues: ['webhooks'],
    calls: ['cart'],
    external: true,
    integration: 'carriers',
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
