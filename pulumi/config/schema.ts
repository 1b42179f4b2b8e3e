/** What a stack may say. `tsc` sees no enum, range or name in a stack file, and the provider only some: they are checked here. */
import { z } from 'zod';
import { regions } from './region.ts';
import { Cluster, type Pool as PoolSchema } from './schema/cluster.ts';
import { Databases } from './schema/databases.ts';
import { Network } from './schema/network.ts';
import { Edge, Integrations, Release, Shop } from './schema/shop.ts';
import { Broker, Caches, Discovery, Mongo } from './schema/stores.ts';
import { text } from './schema/value.ts';

const Budget = z.strictObject({
  billingAccount: text(
    /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
    'write the id of the billing account: 012345-6789AB-CDEF01',
  ),
  currency: text(/^[A-Z]{3}$/, 'write the currency of the billing account, such as EUR'),
  monthly: z.int().min(1),
});

export const Schema = z.strictObject({
  project: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'write the id of the project, such as acme-shop-prod'),
  region: z.enum(regions, `choose one of ${regions.join(', ')}`),
  /** Letters of the zones: one for dev, three for prod. */
  zones: z
    .array(text(/^[a-f]$/, 'write the letter of the zone, such as b'))
    .min(1)
    .max(3),
  environment: z.enum(['dev', 'prod']),
  /** Clears every guard of the data, so that the next `pulumi destroy` may remove it. */
  teardown: z.boolean().default(false),
  network: Network,
  cluster: Cluster,
  databases: Databases,
  caches: Caches,
  mongo: Mongo,
  broker: Broker,
  discovery: Discovery,
  edge: Edge,
  release: Release,
  shop: Shop,
  alerts: z.strictObject({ email: z.email('write an e-mail address') }),
  budget: Budget.exactOptional(),
  integrations: Integrations.default({}),
});
export type Settings = z.infer<typeof Schema>;
export type Pool = z.infer<typeof PoolSchema>;
