/** What a person names beside what the platform names: two things of one name would be one, or fail half-way through an `up`. */
import { namespaces } from '../../naming.ts';
import { repeated, type Rule, rule } from './rule.ts';

/** The components of `index.ts`. What they make, Secrets above all, begins with their names; `orders` is left for shards to begin with. */
export const components = [
  'broker',
  'budget',
  'cache',
  'cluster',
  'customers',
  'discovery',
  'edge',
  'encryption',
  'media',
  'mongo',
  'monitoring',
  'namespaces',
  'network',
  'operator',
  'registry',
  'secrets',
  'services',
  'state',
  'storefront',
];

const begins = (name: string, taken: string): boolean => name === taken || name.startsWith(`${taken}-`);

const shardsOwn = rule(['databases.orders'], ({ databases: { orders } }) =>
  [...new Set(orders.shards)].flatMap((shard) => {
    const taken = components.find((component) => begins(shard, component));
    if (taken) return [`databases.orders.shards: ${shard} begins like ${taken}, a part of the platform: rename it`];
    return /-replica-\d+$/.test(shard)
      ? [`databases.orders.shards: ${shard} ends like a replica of another shard: rename it`]
      : [];
  }),
);

/** Secrets that the operator makes in the shop's namespace (operator/src/storefront/secrets-of.ts). */
const ofOperator = /^(caller|merchant|guests)$|-credentials$/;

const integrationsOwn = rule(['databases.orders', 'integrations'], ({ databases, integrations }) => {
  const shards = new Set(databases.orders.shards);
  return Object.keys(integrations).flatMap((name) => {
    const taken = [...components, ...shards].find((other) => begins(name, other));
    if (taken) return [`integrations.${name}: begins like the Secrets of ${taken}: rename it`];
    return ofOperator.test(name) ? [`integrations.${name}: is a Secret that the operator makes: rename it`] : [];
  });
});

/** A key is kept as `<shop>-<environment>-<name>-<key>`. */
const keysApart = rule(['integrations'], ({ integrations }) => {
  const ids = Object.entries(integrations).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}-${key}`));
  return repeated(ids).map((id) => `integrations: two keys would both be ${id} in Secret Manager: rename one`);
});

const ofKubernetes = /^default$|^(kube|gke|gmp|config-management)-/;

const namespaceOwn = rule(['shop.namespace'], ({ shop: { namespace } }) =>
  ofKubernetes.test(namespace) || Object.values<string>(namespaces).includes(namespace)
    ? [`shop.namespace: ${namespace} is a namespace of the platform: take one that is the shop's alone, such as shop`]
    : [],
);

export const nameRules: Rule[] = [shardsOwn, integrationsOwn, keysApart, namespaceOwn];
