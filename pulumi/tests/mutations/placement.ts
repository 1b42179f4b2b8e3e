import { type Mutation, values } from './mutation.ts';

const bucket = 'storage/bucket:Bucket media';
const sql = 'sql/databaseInstance:DatabaseInstance orders-1';
const redis = 'redis/instance:Instance state';
const wall = 'NetworkFirewallPolicyRule network-firewall-within';

/** Whatever is billed or holds data → its field of labels. */
const labelled: Record<string, string> = {
  'artifactregistry/repository:Repository registry': 'labels',
  'container/cluster:Cluster cluster': 'resourceLabels',
  'container/nodePool:NodePool pool-training': 'nodeConfig.resourceLabels',
  'gkebackup/backupPlan:BackupPlan cluster-backup': 'labels',
  'kms/cryptoKey:CryptoKey encryption-disks': 'labels',
  'memorystore/instance:Instance state-in-one-zone': 'labels',
  'redis/instance:Instance cache': 'labels',
  'secretmanager/secret:Secret mongo-ca-ca-crt': 'labels',
  'sql/databaseInstance:DatabaseInstance orders-1': 'settings.userLabels',
};

export const placement: Mutation[] = [
  ...['shop', 'environment', 'component', 'managed-by'].map((label): Mutation => [
    'labels',
    bucket,
    `labels.${label}`,
    undefined,
  ]),
  ...Object.entries(labelled).map(([resource, field]): Mutation => ['labels', resource, field, { shop: 'acme' }]),
  ['labels', bucket, 'labels', undefined],
  ...values('regions', bucket, 'location', 'US', 'EU'),
  ['regions', sql, 'region', 'africa-south1'],
  ['regions', sql, 'settings.backupConfiguration.location', 'us'],
  ['regions', sql, 'settings.locationPreference', { zone: 'me-west1-a' }],
  ['regions', redis, 'locationId', 'me-west1-a'],
  ['regions', redis, 'alternativeLocationId', 'me-west1-a'],
  ['regions', 'NodePool pool-services', 'nodeLocations', ['europe-west1-b', 'europe-west1-c', 'me-west1-a']],
  ['regions', 'Secret mongo-ca-ca-crt', 'replication.userManaged.replicas.0.location', 'me-west1'],
  ['regions-of-secrets', 'Secret mongo-ca-ca-crt', 'replication', { auto: {} }],
  ...values('network-custom', 'compute/network:Network network', 'autoCreateSubnetworks', true, undefined),
  ...values('firewall-closed', wall, 'match.srcIpRanges', ['10.0.0.0/8', '0.0.0.0/0'], ['::/0']),
  ['firewall-closed', 'NetworkFirewallPolicyRule out', 'direction', 'INGRESS'],
  ['firewall-classic-closed', 'firewall:Firewall in-from-office', 'sourceRanges', ['0.0.0.0/0']],
];
