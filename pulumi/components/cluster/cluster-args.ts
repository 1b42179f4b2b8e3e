/** What GKE is asked for, in parts: what every cluster has, and what only one of the two modes takes. */
import type { ClusterArgs } from '@pulumi/gcp/container/cluster.js';
import type { Topic } from '@pulumi/gcp/pubsub/topic.js';
import type { Settings } from '../../config.ts';
import { labelsOf, type Site } from '../../naming.ts';
import { rangeNames } from '../network/network.ts';
import type { Network } from '../network/network.ts';
import type { Encryption } from '../project/encryption.ts';
import type { NodeAccount } from './node-account.ts';

export type Parts = {
  site: Site;
  settings: Settings['cluster'];
  network: Network;
  encryption: Encryption;
  nodeAccount: NodeAccount;
  topic: Topic;
};

export const clusterArgs = (parts: Parts): ClusterArgs => ({
  ...placement(parts),
  ...access(parts),
  ...hardening(parts),
  ...operation(parts),
  ...(parts.settings.mode === 'Autopilot' ? autopilot(parts) : standard(parts)),
});

const placement = ({ site, network }: Parts): ClusterArgs => ({
  project: site.project,
  location: site.region,
  nodeLocations: site.zones,
  network: network.id,
  subnetwork: network.nodes,
  networkingMode: 'VPC_NATIVE',
  ipAllocationPolicy: {
    clusterSecondaryRangeName: rangeNames.pods,
    servicesSecondaryRangeName: rangeNames.services,
  },
  datapathProvider: 'ADVANCED_DATAPATH',
  gatewayApiConfig: { channel: 'CHANNEL_STANDARD' },
  dnsConfig: { clusterDns: 'CLOUD_DNS', clusterDnsScope: 'CLUSTER_SCOPE', clusterDnsDomain: 'cluster.local' },
  resourceLabels: labelsOf(site, 'cluster'),
});

/** No address at all: the control plane is reached by its DNS name, with IAM deciding who. */
const access = ({ settings }: Parts): ClusterArgs => ({
  privateClusterConfig: { enablePrivateNodes: true },
  controlPlaneEndpointsConfig: {
    dnsEndpointConfig: { allowExternalTraffic: true },
    ipEndpointsConfig: { enabled: false },
  },
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  authenticatorGroupsConfig: { securityGroup: settings.securityGroup },
  anonymousAuthenticationConfig: { mode: 'LIMITED' },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  enableLegacyAbac: false,
});

const hardening = ({ site, encryption }: Parts): ClusterArgs => ({
  binaryAuthorization: { evaluationMode: 'PROJECT_SINGLETON_POLICY_ENFORCE' },
  databaseEncryption: { state: 'ENCRYPTED', keyName: encryption.secretsKey },
  securityPostureConfig: { mode: 'BASIC', vulnerabilityMode: 'VULNERABILITY_BASIC' },
  secretManagerConfig: { enabled: true, rotationConfig: { enabled: true, rotationInterval: '300s' } },
  secretSyncConfig: { enabled: true, rotationConfig: { enabled: true, rotationInterval: '300s' } },
  deletionProtection: site.isGuarded,
});

const operation = ({ settings, topic }: Parts): ClusterArgs => ({
  releaseChannel: { channel: settings.channel },
  maintenancePolicy: { recurringWindow: maintenanceWindow(settings.maintenance) },
  notificationConfig: { pubsub: { enabled: true, topic: topic.id } },
  loggingConfig: {
    enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER', 'SCHEDULER', 'CONTROLLER_MANAGER'],
  },
  monitoringConfig: {
    enableComponents: [
      'SYSTEM_COMPONENTS',
      'STORAGE',
      'POD',
      'DEPLOYMENT',
      'STATEFULSET',
      'HPA',
      'CADVISOR',
      'KUBELET',
    ],
    managedPrometheus: { enabled: true },
    advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
  },
  costManagementConfig: { enabled: true },
});

/** Fixed dates: a window is the same whenever the program runs. */
export function maintenanceWindow({ start, hours, days }: Settings['cluster']['maintenance']) {
  const begin = new Date(`2026-01-01T${start}:00Z`);
  const end = new Date(begin.getTime() + hours * 3_600_000);
  return {
    startTime: begin.toISOString().replace('.000', ''),
    endTime: end.toISOString().replace('.000', ''),
    recurrence: `FREQ=WEEKLY;BYDAY=${days.join(',')}`,
  };
}

/** The first pool is made and removed; it must be as safe as the others meanwhile. */
const standard = ({ site, nodeAccount, encryption }: Parts): ClusterArgs => ({
  workloadIdentityConfig: { workloadPool: `${site.project}.svc.id.goog` },
  removeDefaultNodePool: true,
  initialNodeCount: 1,
  nodeConfig: {
    serviceAccount: nodeAccount.email,
    bootDiskKmsKey: encryption.disksKey,
    imageType: 'COS_CONTAINERD',
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
  },
  enableShieldedNodes: true,
  enableIntranodeVisibility: true,
  clusterAutoscaling: { enabled: false, autoscalingProfile: 'OPTIMIZE_UTILIZATION' },
  verticalPodAutoscaling: { enabled: true },
  defaultMaxPodsPerNode: 110,
  addonsConfig: {
    dnsCacheConfig: { enabled: true },
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    gkeBackupAgentConfig: { enabled: true },
    horizontalPodAutoscaling: { disabled: false },
    httpLoadBalancing: { disabled: false },
  },
});

/** Autopilot decides on nodes itself and refuses to be told. */
const autopilot = ({ nodeAccount, encryption }: Parts): ClusterArgs => ({
  enableAutopilot: true,
  clusterAutoscaling: {
    autoProvisioningDefaults: { serviceAccount: nodeAccount.email, bootDiskKmsKey: encryption.disksKey },
  },
  addonsConfig: { gkeBackupAgentConfig: { enabled: true } },
});
