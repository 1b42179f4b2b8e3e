/** What is kept in memory of an object, and hashes of content: a Secret's values never stay here. */
import { createHash } from 'node:crypto';
import type { Manifest } from './cluster.ts';

/** SHA-256 of a value as JSON with sorted keys, 16 hex digits. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 16);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Secrets and ConfigMaps as metadata, the names of their keys and a hash of their content; all others as they are. */
export function reduce(object: Manifest): Manifest {
  if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') return object;
  const { apiVersion, kind, metadata, data = {}, binaryData = {}, type, immutable } = object;
  const content = { ...(data as object), ...(binaryData as object) };
  return {
    apiVersion,
    kind,
    metadata,
    keys: Object.keys(content).toSorted(),
    hash: hashOf(content),
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
  };
}

/** Without what only the API server reads, which is half of many objects. */
export function trim(object: Manifest): Manifest {
  const { managedFields: _, ...metadata } = object.metadata;
  return reduce({ ...object, metadata });
}

type Container = {
  name: string;
  ready: boolean;
  restartCount: number;
  image: string;
  state?: object;
  lastState?: object;
};
type PodStatus = {
  phase?: string;
  conditions?: { type: string }[];
  initContainerStatuses?: Container[];
  containerStatuses?: Container[];
};

/** Of a pod only what tells whether and why it does not run. */
export function trimPod(pod: Manifest): Manifest {
  const { name, namespace, uid, labels, resourceVersion, creationTimestamp, deletionTimestamp } = pod.metadata;
  const {
    phase,
    conditions = [],
    initContainerStatuses = [],
    containerStatuses = [],
  } = (pod.status ?? {}) as PodStatus;
  const brief = ({ name: container, ready, restartCount, image, state, lastState }: Container) => ({
    name: container,
    ready,
    restartCount,
    image,
    state,
    lastState,
  });
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: JSON.parse(
      JSON.stringify({ name, namespace, uid, labels, resourceVersion, creationTimestamp, deletionTimestamp }),
    ) as Manifest['metadata'],
    status: {
      phase,
      scheduled: conditions.find(({ type }) => type === 'PodScheduled'),
      containers: [...initContainerStatuses, ...containerStatuses].map(brief),
    },
  };
}
