/** Objects of Kubernetes as the rules read them: kind, metadata, the pods that they make, whom a selector means. */
import { namespaces } from '../../naming.ts';
import type { Pod } from './pod.ts';
import { at, type Fields, type Registered } from './rule.ts';

export type Labels = Record<string, string>;
export type Metadata = { name?: string; namespace?: string; labels?: Labels };

/** `apps/Deployment`, `core/Pod`; empty for what is no object of Kubernetes. Custom resources of the core carry no group. */
export function kindOf({ type }: Registered): string {
  const [provider, version = '', kind] = type.split(':');
  const [group] = version.includes('/') ? version.split('/') : ['core'];
  return provider === 'kubernetes' ? `${group}/${kind}` : '';
}

export const metadataOf = ({ props }: Registered): Metadata => (props['metadata'] ?? {}) as Metadata;
export const specOf = ({ props }: Registered): Fields => (props['spec'] ?? {}) as Fields;

/** `namespace/name`. */
export const nameOf = (resource: Registered): string => {
  const { name, namespace } = metadataOf(resource);
  return `${namespace}/${name}`;
};

/** Kinds that make pods → the way to what their pods are like. */
const templates: Record<string, readonly string[]> = {
  'core/Pod': [],
  'core/ReplicationController': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

const servers = ['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'core/ReplicationController'];
const jobs = ['batch/Job', 'batch/CronJob'];

/** It makes pods, whatever its kind. */
export const isWorkload = (resource: Registered): boolean => kindOf(resource) in templates;
/** Its pods are copies of each other, and any of them answers. */
export const isServer = (resource: Registered): boolean => servers.includes(kindOf(resource));
/** Its pods come to an end, and nobody calls them. */
export const isJob = (resource: Registered): boolean => jobs.includes(kindOf(resource));

const templateOf = (resource: Registered): { metadata?: Metadata; spec?: Pod } | undefined => {
  const way = templates[kindOf(resource)];
  return way && (at(resource.props, way) as { metadata?: Metadata; spec?: Pod } | undefined);
};

/** The pod that it makes. */
export const podOf = (resource: Registered): Pod | undefined => templateOf(resource)?.spec;
export const podLabelsOf = (resource: Registered): Labels => templateOf(resource)?.metadata?.labels ?? {};

/**
 * The one workload that speaks to the API server, and the one that runs once: one operator leads, a second would only wait, and shops
 * run on without it.
 */
export const isOperator = (resource: Registered): boolean =>
  nameOf(resource) === `${namespaces.operator}/storefront-operator`;

type Expression = { key: string; operator: string; values?: string[] };
export type Selector = { matchLabels?: Labels; matchExpressions?: Expression[] };

const operators: Record<string, (label: string | undefined, values: readonly (string | undefined)[]) => boolean> = {
  In: (label, values) => values.includes(label),
  NotIn: (label, values) => !values.includes(label),
  Exists: (label) => label !== undefined,
  DoesNotExist: (label) => label === undefined,
};

/** Whether a selector in the namespace of `owner` means the pods of `workload`. None means nobody, an empty one everybody. */
export function selects(owner: Registered, selector: unknown, workload: Registered): boolean {
  if (!selector || metadataOf(owner).namespace !== metadataOf(workload).namespace) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector as Selector;
  const labels = podLabelsOf(workload);
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => operators[operator]?.(labels[key], values) === true)
  );
}
