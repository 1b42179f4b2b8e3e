/** The cluster, by the CIS benchmark for GKE (numbers as in google/gke-policy-automation, CIS 1.4) and what stands beside it there. */
import { Cluster, type ClusterArgs } from '@pulumi/gcp/container/cluster.js';
import type { Unwrap } from '@pulumi/pulumi';
import { at, type Found, isGiven, rule } from './rule.ts';

type Gke = Unwrap<ClusterArgs>;

/** What Autopilot sees to by itself. */
const onStandard =
  (check: (cluster: Gke) => Found) =>
  (cluster: Gke): Found =>
    !cluster.enableAutopilot && check(cluster);

/**
 * What Autopilot decides: together with it the provider refuses these (`ConflictsWith: enable_autopilot` in terraform-provider-google
 * `0297605`, `resource_container_cluster.go`), and GKE itself the shape of nodes.
 */
const decidedByAutopilot = [
  'addonsConfig.dnsCacheConfig',
  'addonsConfig.networkPolicyConfig',
  'addonsConfig.statefulHaConfig',
  'binaryAuthorization.enabled',
  'clusterAutoscaling.enabled',
  'clusterAutoscaling.resourceLimits',
  'defaultMaxPodsPerNode',
  'enableIntranodeVisibility',
  'enableShieldedNodes',
  'networkPolicy',
  'nodeConfig',
  'nodePools',
  'removeDefaultNodePool',
];

const logged = ['SYSTEM_COMPONENTS', 'WORKLOADS'];

export const clusterRules = [
  rule(
    'gke-secrets-encryption',
    'CIS 5.3.1: Secrets are encrypted by a key of KMS.',
    Cluster,
    ({ databaseEncryption }) =>
      databaseEncryption?.state !== 'ENCRYPTED' && 'set databaseEncryption.state to ENCRYPTED',
    ({ databaseEncryption }) =>
      !isGiven(() => databaseEncryption?.keyName) && 'set databaseEncryption.keyName to a key of KMS',
  ),
  rule(
    'gke-release-channel',
    'CIS 5.5.4: the version follows a release channel.',
    Cluster,
    ({ releaseChannel }) =>
      (releaseChannel?.channel ?? 'UNSPECIFIED') === 'UNSPECIFIED' &&
      'set releaseChannel.channel to RAPID, REGULAR, STABLE or EXTENDED',
  ),
  rule(
    'gke-shielded-nodes',
    'CIS 5.5.5: nodes are shielded.',
    Cluster,
    onStandard((cluster) => cluster.enableShieldedNodes !== true && 'set enableShieldedNodes to true'),
  ),
  rule(
    'gke-intranode-visibility',
    'CIS 5.6.1: traffic within a node is seen.',
    Cluster,
    onStandard((cluster) => cluster.enableIntranodeVisibility !== true && 'set enableIntranodeVisibility to true'),
  ),
  rule('gke-logging', 'CIS 5.7.1: system and workloads are logged.', Cluster, ({ loggingConfig }) =>
    logged
      .filter((part) => !loggingConfig?.enableComponents?.includes(part))
      .map((part) => `add ${part} to loggingConfig.enableComponents`),
  ),
  rule(
    'gke-monitoring',
    'CIS 5.7.1: the system is monitored.',
    Cluster,
    ({ monitoringConfig }) =>
      !monitoringConfig?.enableComponents?.includes('SYSTEM_COMPONENTS') &&
      'add SYSTEM_COMPONENTS to monitoringConfig.enableComponents',
    ({ monitoringConfig }) =>
      monitoringConfig?.managedPrometheus?.enabled !== true && 'set monitoringConfig.managedPrometheus.enabled to true',
  ),
  rule(
    'gke-binary-authorization',
    'CIS 5.10.5: only images of known registries run.',
    Cluster,
    ({ binaryAuthorization }) =>
      binaryAuthorization?.evaluationMode !== 'PROJECT_SINGLETON_POLICY_ENFORCE' &&
      'set binaryAuthorization.evaluationMode to PROJECT_SINGLETON_POLICY_ENFORCE',
  ),
  rule(
    'gke-workload-identity',
    'CIS 5.2.2: workloads have identities of their own.',
    Cluster,
    onStandard(
      ({ workloadIdentityConfig }) =>
        !isGiven(() => workloadIdentityConfig?.workloadPool) &&
        'set workloadIdentityConfig.workloadPool to <project>.svc.id.goog',
    ),
  ),
  rule(
    'gke-regional',
    'The control plane runs in several zones.',
    Cluster,
    ({ location }) => !/^[a-z]+-[a-z]+[0-9]+$/.test(location ?? '') && 'set location to a region, such as europe-west1',
  ),
  rule(
    'gke-maintenance-window',
    'GKE changes things when it suits us.',
    Cluster,
    ({ maintenancePolicy }) =>
      !isGiven(() => maintenancePolicy?.recurringWindow) && 'set maintenancePolicy.recurringWindow',
  ),
  rule(
    'gke-local-dns',
    'Names are answered on the node.',
    Cluster,
    onStandard(
      ({ addonsConfig }) =>
        addonsConfig?.dnsCacheConfig?.enabled !== true && 'set addonsConfig.dnsCacheConfig.enabled to true',
    ),
  ),
  rule(
    'gke-disk-driver',
    'Volumes are made by the CSI driver.',
    Cluster,
    onStandard(
      ({ addonsConfig }) =>
        addonsConfig?.gcePersistentDiskCsiDriverConfig?.enabled !== true &&
        'set addonsConfig.gcePersistentDiskCsiDriverConfig.enabled to true',
    ),
  ),
  rule(
    'gke-security-posture',
    'GKE says what is misconfigured.',
    Cluster,
    ({ securityPostureConfig }) =>
      !['BASIC', 'ENTERPRISE'].includes(securityPostureConfig?.mode ?? '') &&
      'set securityPostureConfig.mode to BASIC or ENTERPRISE',
  ),
  rule(
    'gke-vulnerability-scanning',
    'Running images are scanned.',
    Cluster,
    ({ securityPostureConfig }) =>
      !['VULNERABILITY_BASIC', 'VULNERABILITY_ENTERPRISE'].includes(securityPostureConfig?.vulnerabilityMode ?? '') &&
      'set securityPostureConfig.vulnerabilityMode to VULNERABILITY_BASIC or VULNERABILITY_ENTERPRISE',
  ),
  rule(
    'gke-upgrade-notifications',
    'Upgrades are announced.',
    Cluster,
    ({ notificationConfig }) =>
      notificationConfig?.pubsub?.enabled !== true && 'set notificationConfig.pubsub.enabled to true',
    ({ notificationConfig }) =>
      !isGiven(() => notificationConfig?.pubsub?.topic) && 'set notificationConfig.pubsub.topic',
  ),
  rule(
    'gke-autopilot',
    'Autopilot is not told what it decides.',
    Cluster,
    (cluster) =>
      cluster.enableAutopilot === true &&
      decidedByAutopilot
        .filter((field) => isGiven(() => at(cluster, field.split('.'))))
        .map((field) => `take ${field} away`),
  ),
];
