import { type Mutation, values } from './mutation.ts';

const gke = 'container/cluster:Cluster cluster';
const autopilot = 'container/cluster:Cluster cluster-on-autopilot';

const on = 'gke-autopilot';

/** What a cluster on Autopilot is told in vain. */
const told: Mutation[] = [
  [on, autopilot, 'addonsConfig.dnsCacheConfig', { enabled: true }],
  [on, autopilot, 'addonsConfig.networkPolicyConfig', { disabled: false }],
  [on, autopilot, 'addonsConfig.statefulHaConfig', { enabled: true }],
  [on, autopilot, 'binaryAuthorization.enabled', true],
  [on, autopilot, 'clusterAutoscaling.enabled', true],
  [on, autopilot, 'clusterAutoscaling.resourceLimits', [{ resourceType: 'cpu', maximum: 100 }]],
  [on, autopilot, 'defaultMaxPodsPerNode', 110],
  [on, autopilot, 'enableIntranodeVisibility', true],
  [on, autopilot, 'enableShieldedNodes', false],
  [on, autopilot, 'networkPolicy', { enabled: true }],
  [on, autopilot, 'nodeConfig', { machineType: 'e2-standard-4' }],
  [on, autopilot, 'nodePools', [{ name: 'services' }]],
  [on, autopilot, 'removeDefaultNodePool', true],
];

export const cluster: Mutation[] = [
  ['gke-secrets-encryption', gke, 'databaseEncryption.state', 'DECRYPTED'],
  ['gke-secrets-encryption', gke, 'databaseEncryption.keyName', undefined],
  ...values('gke-release-channel', gke, 'releaseChannel', undefined, { channel: 'UNSPECIFIED' }),
  ...values('gke-shielded-nodes', gke, 'enableShieldedNodes', false, undefined),
  ...values('gke-intranode-visibility', gke, 'enableIntranodeVisibility', false, undefined),
  ['gke-logging', gke, 'loggingConfig.enableComponents', ['SYSTEM_COMPONENTS']],
  ['gke-logging', gke, 'loggingConfig.enableComponents', ['WORKLOADS']],
  ['gke-logging', gke, 'loggingConfig', undefined],
  ['gke-monitoring', gke, 'monitoringConfig.enableComponents', ['STORAGE']],
  ['gke-monitoring', gke, 'monitoringConfig.managedPrometheus.enabled', false],
  ...values('gke-binary-authorization', gke, 'binaryAuthorization', undefined, { evaluationMode: 'DISABLED' }),
  ['gke-workload-identity', gke, 'workloadIdentityConfig', undefined],
  ...values('gke-regional', gke, 'location', 'europe-west1-b', undefined),
  ['gke-maintenance-window', gke, 'maintenancePolicy', undefined],
  ['gke-local-dns', gke, 'addonsConfig.dnsCacheConfig.enabled', false],
  ['gke-disk-driver', gke, 'addonsConfig.gcePersistentDiskCsiDriverConfig', undefined],
  ...values('gke-security-posture', gke, 'securityPostureConfig.mode', 'DISABLED', undefined),
  ...values(
    'gke-vulnerability-scanning',
    gke,
    'securityPostureConfig.vulnerabilityMode',
    'VULNERABILITY_DISABLED',
    undefined,
  ),
  ['gke-upgrade-notifications', gke, 'notificationConfig.pubsub.enabled', false],
  ['gke-upgrade-notifications', gke, 'notificationConfig.pubsub.topic', undefined],
  ...told,
];
