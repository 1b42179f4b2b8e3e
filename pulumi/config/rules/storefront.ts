/** What the kind or the operator would refuse of the Storefront that the program makes, with stand-ins for what only Google Cloud will know. */
import { poolLabel } from '../../components/cluster/node-pools.ts';
import { storefrontSpec, type StorefrontParts } from '../../components/shop/storefront-spec.ts';
import { problemsIn } from '../kind/kind.ts';
import type { Settings } from '../schema.ts';
import { type Rule, rule } from './rule.ts';

/** Settings that are wrong by themselves are told elsewhere; these let `shop.spec` be looked at all the same. */
const standInSettings = {
  release: { version: '0', digest: `sha256:${'0'.repeat(64)}` },
  region: 'europe-west1',
  network: { pods: '10.0.0.0/16', producers: '10.1.0.0/16', endpoints: '10.2.0.0/24' },
  databases: { customers: { maxConnections: 100 }, orders: { maxConnections: 100, shards: ['orders-1'] } },
  caches: { engine: 'Redis' },
  cluster: { mode: 'Standard' },
  edge: { host: 'shop.example' },
  shop: { name: 'shop', namespace: 'shop' },
};

const server = (host: string) => ({
  host,
  port: 1,
  primary: { host, port: 1 },
  replicas: [],
  adminSecret: 'stand-in',
  caSecret: 'stand-in',
});

/** The parts as the components give them, each output replaced by a value of its form. */
function standIns(settings: Settings): StorefrontParts {
  const inCluster = server('store.svc.cluster.local');
  return {
    settings,
    image: 'registry.example/image',
    customers: server('customers.example'),
    orders: {
      shards: settings.databases.orders.shards.map((name) => ({ name, postgres: server(`${name}.example`) })),
    },
    cache: server('10.0.0.1'),
    state: server('10.0.0.2'),
    media: { bucket: 'media-bucket' },
    mongo: inCluster,
    broker: { ...inCluster, managementPort: 1 },
    discovery: {
      datacenter: settings.region,
      server: 'consul.svc.cluster.local',
      caSecret: 'stand-in',
      gossipSecret: 'stand-in',
      adminSecret: 'stand-in',
    },
    edge: {
      host: settings.edge.host,
      gateway: { name: 'shop', namespace: 'edge', sectionName: 'https' },
      shield: { policy: 'shield' },
    },
  };
}

const specOf = (settings: Settings): Record<string, unknown> => storefrontSpec(standIns(settings));

/** Fields that the program fills, whatever `shop.spec` says. */
const filled = (settings: Settings): string[] =>
  Object.keys(specOf({ ...settings, shop: { ...settings.shop, spec: {} } })).filter((field) => field !== 'services');

const isAccepted = rule(['shop.spec'], (given) => {
  const settings = merged(standInSettings, given) as Settings;
  const { shop } = settings;
  const storefront = {
    apiVersion: 'storefront.dev/v1alpha1',
    kind: 'Storefront',
    metadata: { name: shop.name, namespace: shop.namespace },
    spec: specOf(settings),
  };
  const platforms = filled(settings);
  return problemsIn(storefront).map(({ path, message }) => {
    const whose = platforms.includes(String(path[1])) ? 'the Storefront that the settings make: ' : 'shop.';
    return `${whose}${path.join('.')}: ${message}`;
  });
});

function merged(standIn: object, given: object): object {
  const isInner = (value: unknown): value is object => typeof value === 'object' && !Array.isArray(value);
  const own = standIn as Record<string, unknown>;
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    isInner(value) && isInner(own[key]) ? merged(own[key], value) : value,
  ]);
  return { ...standIn, ...Object.fromEntries(entries) };
}

/** They would be lost without a word. */
const isNotThePlatforms = rule(['shop.spec'], (given) => {
  const settings = merged(standInSettings, given) as Settings;
  return filled(settings)
    .filter((field) => field in settings.shop.spec)
    .map((field) => `shop.spec.${field}: is made by the platform: remove it`);
});

/** A pod that asks for a pool that is not there waits for ever. */
const poolsAreThere = rule(['shop.spec', 'cluster.mode', 'cluster.pools'], ({ shop, cluster }) => {
  const pools = cluster.mode === 'Autopilot' ? [] : Object.keys(cluster.pools);
  return Object.entries((shop.spec['services'] ?? {}) as Record<string, Service>).flatMap(([name, service]) => {
    const pool = service?.scheduling?.nodeSelector?.[poolLabel];
    return pool === undefined || pools.includes(pool)
      ? []
      : [`shop.spec.services.${name}.scheduling: there is no pool ${pool}: take of ${pools.join(', ') || 'none'}`];
  });
});
type Service = { scheduling?: { nodeSelector?: Record<string, string> } } | undefined;

/**
 * Fields that the kind leaves open and the services need: operator/src/storefront/problems.ts, whose test is put to the Storefronts in
 * tests/golden.
 */
const needed = ['mail', 'payments', 'shipping', 'shipping.from'];

const isWhole = rule(['shop.spec'], ({ shop: { spec } }) => {
  const lacking = needed.filter((field) => valueAt(spec, field.split('.')) === undefined);
  return lacking.length > 0
    ? [
        `shop.spec: lacks ${lacking.join(', ')}, without which the operator starts no shop: see pulumi/README.md, Payments, carriers, mail`,
      ]
    : [];
});

const valueAt = (spec: unknown, way: readonly string[]): unknown =>
  way.reduce<unknown>((value, field) => (value as Record<string, unknown> | null | undefined)?.[field], spec);

/** The kind knows more of them, for releases to come: operator/src/storefront/integrations.ts. */
const spokenCarriers = ['EasyPost'];

const carriersAreSpoken = rule(['shop.spec'], ({ shop: { spec } }) => {
  const carriers = valueAt(spec, ['shipping', 'carriers']);
  return (Array.isArray(carriers) ? (carriers as { kind?: unknown }[]) : [])
    .map((carrier, index) => ({ kind: String(carrier?.kind), index }))
    .filter(({ kind }) => !spokenCarriers.includes(kind))
    .map(
      ({ kind, index }) =>
        `shop.spec.shipping.carriers.${index}.kind: this release does not speak to ${kind}: take ${spokenCarriers.join(', ')}`,
    );
});

export const storefrontRules: Rule[] = [isAccepted, isNotThePlatforms, poolsAreThere, isWhole, carriersAreSpoken];
