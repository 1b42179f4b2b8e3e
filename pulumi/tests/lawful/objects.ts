/** Of Kubernetes, without pods. */
import type { Subject } from '../engine/analyzer.ts';
import { subjectOf } from '../engine/manifests.ts';
import { made } from './subject.ts';

const customs: Subject[] = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { tls: [{ secretName: 'front' }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'without-listeners', namespace: 'edge' },
    spec: {},
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'shop' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace: 'shop' },
    roleRef: { kind: 'Role', name: 'reader' },
  },
].map(subjectOf);

/** As the typed class of Pulumi's SDK registers it: with the group of the core. */
const typed = made('kubernetes:core/v1:Namespace', 'typed', {
  metadata: { name: 'typed', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const chart = made('kubernetes:helm.sh/v4:Chart', 'rendered', {
  chart: 'consul',
  version: '2.0.3',
  values: { image: { repository: 'docker.io/hashicorp/consul', tag: '1.22.0' }, channel: 'latest', region: 'auto' },
});

export const objects: Subject[] = [...customs, typed, chart];
