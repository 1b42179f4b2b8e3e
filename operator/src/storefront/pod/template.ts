/** Pod templates: the identity, safety and placement that all pods share, and the hashes that make them roll. */
import type { Storefront } from '@storefront/crds';
import { labelsOf, objectName, selectorOf } from '../names.ts';
import { settingsOf } from './image.ts';
import { podSecurity } from './security.ts';
import { secretsIn, type Volume } from './volumes.ts';

/** Secret name → hash of its content. */
export type Refs = Readonly<Record<string, string>>;

type Parts = {
  component: string;
  /** The service whose scheduling applies. */
  service?: string;
  refs: Refs;
  /** Hash of the ConfigMap that the pod mounts. */
  configHash?: string;
  volumes: Volume[];
};

/** `fields` are the containers and what belongs to this pod alone. */
export function podTemplate<Fields extends object>(storefront: Storefront, parts: Parts, fields: Fields) {
  const { component, refs, configHash, volumes } = parts;
  return {
    metadata: {
      labels: { ...labelsOf(storefront, component), 'app.kubernetes.io/version': storefront.spec.release.version },
      annotations: {
        // A pod reads its files once. Only those that mount what has changed get a new template, and so roll.
        'storefront.dev/secrets': secretsIn(volumes)
          .toSorted()
          .map((name) => `${name}=${refs[name] ?? 'absent'}`)
          .join(','),
        ...(configHash ? { 'storefront.dev/config': configHash } : {}),
      },
    },
    spec: {
      serviceAccountName: objectName(storefront, component),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity,
      ...(storefront.spec.imagePullSecrets?.length ? { imagePullSecrets: storefront.spec.imagePullSecrets } : {}),
      ...placementOf(storefront, parts.service),
      ...fields,
      volumes,
    },
  };
}

const placementOf = (storefront: Storefront, service?: string) =>
  service ? (settingsOf(storefront, service).scheduling ?? {}) : {};

/** Over zones first, then nodes; a small cluster still gets all its pods. */
export const spreadOf = (storefront: Storefront, service: string) =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(storefront, service) },
    matchLabelKeys: ['pod-template-hash'],
  }));
