/** Names that are not Pulumi's own: what Kubernetes and people refer to. Everything else gets a name of its URN and a random end. */
import type { Settings } from './config.ts';

/** Where a stack stands, and what every component needs of it. */
export type Site = {
  project: string;
  region: string;
  /** Full names: europe-west1-b. */
  zones: string[];
  environment: 'dev' | 'prod';
  /** Several zones, copies of everything; else one of each, in one zone. */
  isAvailable: boolean;
  /** Data is guarded unless the stack is being torn down. */
  isGuarded: boolean;
  shop: string;
  namespace: string;
};

export const siteOf = ({ project, region, zones, environment, teardown, shop }: Settings): Site => ({
  project,
  region,
  zones: zones.map((letter) => `${region}-${letter}`),
  environment,
  isAvailable: environment === 'prod',
  isGuarded: !teardown,
  shop: shop.name,
  namespace: shop.namespace,
});

/**
 * Labels by which the bill splits. The policy pack lists the types that may not be without (`policy/rules/placement.ts`); Cloud NAT,
 * volumes of pods and what Google's operators make of a Gateway have none.
 */
export const labelsOf = (site: Site, component: string): Record<string, string> => ({
  shop: site.shop,
  environment: site.environment,
  component,
  'managed-by': 'pulumi',
});

/** An id that must be given in full, such as `acme-prod-orders-1-admin`: of a secret, a repository, a service account. */
export function idOf(site: Site, part: string, longest = 63): string {
  const id = `${site.shop}-${site.environment}-${part}`;
  if (id.length > longest) throw new Error(`${id} is longer than the ${longest} characters that Google Cloud allows`);
  return id;
}

/** Name of a Secret in the shop's namespace, as the Storefront refers to it: `acme-orders-1-admin`. */
export const secretName = (site: Site, part: string): string => `${site.shop}-${part}`;

/** Namespaces besides the shop's. */
export const namespaces = {
  operator: 'storefront-system',
  edge: 'edge',
  mongo: 'mongo',
  broker: 'rabbitmq',
  discovery: 'consul',
} as const;
