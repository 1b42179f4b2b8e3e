import { type Mutation, values } from './mutation.ts';

const chart = 'v4:Chart rendered';
const storageClass = 'v1:StorageClass cluster-storage';
const gateway = 'v1:Gateway edge';
const standard = 'metadata.labels.pod-security^kubernetes^io/enforce';
const digest = `sha256:${'3f8b1e0c'.repeat(8)}`;

export const object: Mutation[] = [
  [
    'no-bitnami',
    'Release broker-operator',
    'chart',
    'oci://registry-1.docker.io/bitnamicharts/rabbitmq-cluster-operator',
  ],
  ['no-bitnami', 'Release broker-operator', 'repositoryOpts', { repo: 'https://charts.bitnami.com/bitnami' }],
  ['no-bitnami', chart, 'values.image.repository', 'docker.io/bitnamilegacy/consul'],
  ['no-bitnami', 'RabbitmqCluster broker', 'spec.image', 'docker.io/bitnami/rabbitmq:4.3.5'],
  ...values(
    'image-pinned',
    'RabbitmqCluster broker',
    'spec.image',
    'docker.io/library/rabbitmq',
    'docker.io/library/rabbitmq:latest',
    'localhost:5000/rabbitmq',
  ),
  ['image-pinned', chart, 'values.image.tag', 'latest'],
  ...values('release-digest', 'v1alpha1:Storefront storefront', 'spec.release.digest', undefined, digest.slice(0, -1)),
  ...values('chart-version', 'Release discovery', 'version', undefined, '^2.0.0', '2.x'),
  ['chart-version', chart, 'version', undefined],
  ...values('namespace-standard', 'Namespace namespace-shop', standard, 'privileged', 'baseline', undefined),
  ['namespace-standard', 'Namespace namespace-mongo', standard, 'privileged'],
  ['namespace-standard', 'core/v1:Namespace typed', 'metadata.labels', undefined],
  ['rbac-no-wildcard', 'ClusterRole storefront-operator', 'rules.0.verbs', ['get', '*']],
  ['rbac-no-wildcard', 'ClusterRole storefront-operator', 'rules.0.resources', ['*']],
  ['rbac-no-wildcard', 'v1:Role reader', 'rules.0.apiGroups', ['*']],
  ['rbac-no-cluster-admin', 'ClusterRoleBinding storefront-operator', 'roleRef.name', 'cluster-admin'],
  ['rbac-no-cluster-admin', 'v1:RoleBinding reader', 'roleRef.name', 'cluster-admin'],
  ...values('ingress-tls', 'v1:Ingress front', 'spec.tls', undefined, []),
  ...values('gateway-tls', gateway, 'spec.listeners.0.protocol', 'HTTP', undefined),
  ['gateway-tls', gateway, 'spec.listeners.1', { name: 'plain', protocol: 'HTTP', port: 80 }],
  ['storage-class-encryption', storageClass, 'parameters.disk-encryption-kms-key', undefined],
  ['storage-class-encryption', storageClass, 'parameters', undefined],
  ...values('storage-class-encryption', storageClass, 'provisioner', 'kubernetes.io/gce-pd', undefined),
];
