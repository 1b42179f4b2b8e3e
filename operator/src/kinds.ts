/** The kinds the operator reads and writes. */
import { group, kind, plural, version } from '@storefront/crds';
import type { Kind, Manifest } from './cluster.ts';
import { storefrontLabel } from './labels.ts';

export const fieldManager = 'storefront-operator';
export const managedBy = { 'app.kubernetes.io/managed-by': fieldManager };
/** On a Storefront that a certain operator shall care for (`OPERATOR_CLASS`); one without it belongs to the operator without a class. */
export const classLabel = 'storefront.dev/operator';

export const Storefront: Kind = { apiVersion: `${group}/${version}`, kind, plural };
export const Deployment: Kind = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };
export const Job: Kind = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' };
export const Pod: Kind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
export const Secret: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };
export const Event: Kind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

/** A kind whose objects belong to a Storefront. */
export type ChildKind = Kind & {
  /** What must be there, and Jobs done, before the next tier begins. */
  tier: 'configuration' | 'job' | 'workload' | 'route';
  /** Absent in a cluster without its CRD. */
  optional?: true;
};

const child = (apiVersion: string, name: string, plural: string, tier: ChildKind['tier']): ChildKind => ({
  apiVersion,
  kind: name,
  plural,
  tier,
});

/** In the order in which they are applied. */
export const childKinds: readonly ChildKind[] = [
  child('v1', 'ServiceAccount', 'serviceaccounts', 'configuration'),
  child('v1', 'ConfigMap', 'configmaps', 'configuration'),
  { ...Secret, tier: 'configuration' },
  child('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'configuration'),
  child('v1', 'Service', 'services', 'configuration'),
  child('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'configuration'),
  // Before the route, so that nobody comes in past them.
  { ...child('networking.gke.io/v1', 'GCPBackendPolicy', 'gcpbackendpolicies', 'configuration'), optional: true },
  { ...child('networking.gke.io/v1', 'HealthCheckPolicy', 'healthcheckpolicies', 'configuration'), optional: true },
  { ...Job, tier: 'job' },
  { ...Deployment, tier: 'workload' },
  child('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'route'),
  child('networking.k8s.io/v1', 'Ingress', 'ingresses', 'route'),
  { ...child('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes', 'route'), optional: true },
];

const byName = new Map(childKinds.map((entry) => [`${entry.apiVersion} ${entry.kind}`, entry]));

/** `render` made an object of a kind that the operator neither watches nor may write: a bug. */
export function childKindOf({ apiVersion, kind: name }: Manifest): ChildKind {
  const found = byName.get(`${apiVersion} ${name}`);
  if (found === undefined) throw new Error(`No such kind of child: ${apiVersion} ${name}. Add it to kinds.ts.`);
  return found;
}

/** `Deployment/acme-web`: how a child is called within its Storefront. */
export const childId = ({ kind: name, metadata }: Manifest): string => `${name}/${metadata.name}`;

/** `shop/acme` of the Storefront whose label the object carries. */
export function storefrontOf({ metadata }: Manifest): string | undefined {
  const name = metadata.labels?.[storefrontLabel];
  return name === undefined ? undefined : `${metadata.namespace ?? ''}/${name}`;
}
