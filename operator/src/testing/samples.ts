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

/** The fleet, and what none of its services has yet: a database of its own that is not sharded, and a queue of events alone. */
export const sellingFleet = defineFleet({
  ...fleet,
  identity: { ...plain, port: 7002, stores: { customers: { kind: 'postgres', schema: 'identity' } }, migrates: true },
  review: { ...plain, port: 7008, consumes: ['order.placed'] },
});

const { edge: _ofProduct, ...product } = fleet.product;
const { edge: _ofWeb, ...web } = fleet.web;

/** Three services of it that show a catalogue: an edge, pages, a store with migrations, and nothing to sell with. */
export const smallFleet = defineFleet({
  gateway: {
    ...fleet.gateway,
    consumes: [],
    guests: false,
    calls: ['product'],
    believes: [],
    streams: [],
    edge: { ...fleet.gateway.edge!, pages: 'web' },
  },
  product: { ...product, publishes: [], calls: [], believes: [] },
  web: { ...web, streams: [], calls: ['gateway'], believes: [] },
});

/** Eleven services, so that a Storefront has more than sixty objects. */
export const largeFleet = defineFleet({
  ...sellingFleet,
  customer: { ...plain, port: 7004 },
  recommendation: { ...plain, port: 7009 },
});
