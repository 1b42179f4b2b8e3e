import { z } from 'zod';
import { isUnique, listOf, setOf } from './list.ts';
import { fixed, held, text } from './rule.ts';
import { Discovery } from './spec/discovery.ts';
import { Ingress } from './spec/ingress.ts';
import { Mail, OAuth, Payments, Shipping } from './spec/integration.ts';
import { ImagePullSecrets, Release, Sidecars } from './spec/release.ts';
import { Rollout } from './spec/rollout.ts';
import { Services } from './spec/service.ts';
import { NetworkPolicy, Telemetry } from './spec/signal.ts';
import { Stores } from './spec/store.ts';
import { ShortName } from './spec/value.ts';
import { StorefrontStatus } from './status.ts';

export const group = 'storefront.dev';
export const version = 'v1alpha1';
export const kind = 'Storefront';
export const plural = 'storefronts';

const Currencies = held(listOf(text(3, /^[A-Z]{3}$/, 'write the ISO 4217 code, such as EUR'), { min: 1, max: 20 }), {
  rule: 'self.all(currency, self.exists_one(other, other == currency))',
  message: 'a currency is listed twice: remove one',
  holds: isUnique,
}).meta({ description: 'ISO 4217 codes of the prices. The first is shown first.' });

const Countries = setOf(text(2, /^[A-Z]{2}$/, 'write the ISO 3166 code, such as DE'), { min: 1, max: 250 }).meta({
  description: 'ISO 3166-1 alpha-2 codes of the countries that are served.',
});

const spec = z.strictObject({
  release: Release,
  imagePullSecrets: ImagePullSecrets.exactOptional(),
  sidecars: Sidecars.exactOptional(),
  scope: ShortName.exactOptional().meta({
    description:
      'Prefix of Consul services, databases, Redis keys and metrics; <name>-<6 hex digits> unless given. It cannot change.',
  }),
  ingress: Ingress,
  locale: text(
    11,
    /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/,
    'write a language tag such as en-GB or de',
  ).meta({ description: 'Language of the shop (BCP 47).' }),
  timeZone: text(64, /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, 'write a time zone such as Europe/Berlin').meta({
    description: 'Time zone of the shop, from the IANA database.',
  }),
  currencies: Currencies,
  countries: Countries,
  services: Services.exactOptional(),
  stores: Stores,
  discovery: Discovery,
  payments: Payments.exactOptional(),
  shipping: Shipping.exactOptional(),
  mail: Mail.exactOptional(),
  oauth: OAuth.exactOptional(),
  rollout: Rollout.prefault({}),
  paused: z.boolean().exactOptional().meta({ description: 'While true the operator only watches.' }),
  deletionPolicy: z.enum(['Retain', 'Delete']).default('Retain').meta({
    description: 'Whether accounts and databases of the stores outlive the Storefront (Retain) or go with it (Delete).',
  }),
  networkPolicy: NetworkPolicy.prefault({}),
  telemetry: Telemetry.exactOptional(),
});

const needs = (field: 'payments' | 'shipping' | 'oauth', store: 'orders' | 'customers') => ({
  rule: `!has(self.${field}) || has(self.stores.${store})`,
  message: `${field} needs a place for its data: add stores.${store}`,
  holds: (value: z.output<typeof spec>) => value[field] === undefined || value.stores[store] !== undefined,
});

/** What a person asks for. Parsed, it has its defaults. */
export const StorefrontSpec = fixed(
  held(
    spec.meta({ description: 'The shop that is wanted.' }),
    needs('payments', 'orders'),
    needs('shipping', 'orders'),
    needs('oauth', 'customers'),
  ),
  {
    rule: 'has(self.scope) == has(oldSelf.scope) && (!has(self.scope) || self.scope == oldSelf.scope)',
    message: 'scope cannot change, it names databases and keys: set it back; another scope needs a new Storefront',
  },
);
export type StorefrontSpec = z.output<typeof StorefrontSpec>;
/** The same as a person writes it, defaults left out. */
export type StorefrontSpecInput = z.input<typeof StorefrontSpec>;

const labels = z.record(z.string(), z.string());
const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  generation: z.int().exactOptional(),
  resourceVersion: z.string().exactOptional(),
  creationTimestamp: z.string().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
  finalizers: z.array(z.string()).exactOptional(),
  labels: labels.exactOptional(),
  annotations: labels.exactOptional(),
});

/** The Storefront kind, as stored by the API server. */
export const Storefront = fixed(
  held(
    z
      .strictObject({
        apiVersion: z.literal(`${group}/${version}`),
        kind: z.literal(kind),
        metadata: Metadata,
        spec: StorefrontSpec,
        status: StorefrontStatus.exactOptional(),
      })
      .meta({ description: 'A whole shop: its services, the stores they use and where customers come in.' }),
    {
      rule: "self.metadata.name.size() <= 24 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'metadata.name begins the names of everything: at most 24 characters, a-z 0-9 and hyphens, a letter first',
      holds: ({ metadata }) => metadata.name.length <= 24 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(metadata.name),
    },
  ),
  {
    rule:
      '!has(oldSelf.spec.stores.orders) || !has(self.status) || !has(self.status.shards) || ' +
      'oldSelf.spec.stores.orders.shards.all(old, ' +
      '(has(self.spec.stores.orders) && self.spec.stores.orders.shards.exists(shard, shard.name == old.name)) || ' +
      '!self.status.shards.exists(shard, shard.name == old.name && shard.buckets > 0))',
    message:
      'a shard that is removed or renamed still owns buckets: put it back, move its buckets away, then remove it',
  },
);
export type Storefront = z.output<typeof Storefront>;
/** The same as a person writes it, defaults left out. */
export type StorefrontInput = z.input<typeof Storefront>;
