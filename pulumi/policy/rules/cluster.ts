/** The cluster, by the CIS benchmark for GKE (numbers as in google/gke-policy-automation, CIS 1.4) and what stands beside it there. */
import { Cluster } from '@pulumi/gcp/container/cluster.js';
import { rule } from './rule.ts';

export const clusterRules = [
  rule(
    'gke-secrets-encryption',
    'CIS 5.3.1: Secrets are encrypted by a key of KMS.',
    Cluster,
    ({ databaseEncryption }) =>
      (databaseEncryption?.state !== 'ENCRYPTED' || !databaseEncryption.keyName) && 'set databaseEncryption with a key',
  ),
  rule(
    'gke-release-channel',
    'CIS 5.5.4: the version follows a release channel.',
    Cluster,
    ({ releaseChannel }) =>
      !['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'].includes(releaseChannel?.channel ?? '') && 'choose a release channel',
  ),
  rule(
    'gke-shielded-nodes',
    'CIS 5.5.5: nodes are shielded.',
    Cluster,
    (cluster) => !cluster.enableAutopilot && cluster.enableShieldedNodes !== true && 'set enableShieldedNodes',
  ),
  rule(
    'gke-intranode-visibility',
    'CIS 5.6.1: traffic within a node is seen.',
    Cluster,
    (cluster) =>
      !cluster.enableAutopilot && cluster.enableIntranodeVisibility !== true && 'set enableIntranodeVisibility',
  ),
  rule(
    'gke-vpc-native',
    'CIS 5.6.2: pods have addresses of the VPC.',
    Cluster,
    ({ networkingMode, ipAllocationPolicy }) =>
      (networkingMode !== 'VPC_NATIVE' || !ipAllocationPolicy?.clusterSecondaryRangeName) &&
      'use VPC_NATIVE and a secondary range',
  ),
  rule('gke-authorized-networks', 'CIS 5.6.3: not every network may reach the control plane.', Cluster, (cluster) => {
    const hasAddress = cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled !== false;
    const blocks = cluster.masterAuthorizedNetworksConfig?.cidrBlocks;
    const isOpen = blocks?.some(({ cidrBlock }) => cidrBlock === '0.0.0.0/0');
    return ((hasAddress && !blocks) || isOpen) && 'turn the IP endpoints off, or list who may reach them';
  }),
  rule(
    'gke-private-endpoint',
    'CIS 5.6.4: the control plane has no public address.',
    Cluster,
    (cluster) =>
      cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled !== false &&
      cluster.privateClusterConfig?.enablePrivateEndpoint !== true &&
      'use the DNS endpoint alone, or enablePrivateEndpoint',
  ),
  rule(
    'gke-private-nodes',
    'CIS 5.6.5: nodes have no public address.',
    Cluster,
    ({ privateClusterConfig }) => privateClusterConfig?.enablePrivateNodes !== true && 'set enablePrivateNodes',
  ),
  rule(
    'gke-network-policy',
    'CIS 5.6.7: network policies are enforced.',
    Cluster,
    (cluster) => cluster.datapathProvider !== 'ADVANCED_DATAPATH' && 'use Dataplane V2',
  ),
  rule(
    'gke-logging',
    'CIS 5.7.1: system and workloads are logged.',
    Cluster,
    ({ loggingConfig }) =>
      !['SYSTEM_COMPONENTS', 'WORKLOADS'].every((part) => loggingConfig?.enableComponents.includes(part)) &&
      'log SYSTEM_COMPONENTS and WORKLOADS',
  ),
  rule(
    'gke-monitoring',
    'CIS 5.7.1: the system is monitored.',
    Cluster,
    ({ monitoringConfig }) =>
      (!monitoringConfig?.enableComponents?.includes('SYSTEM_COMPONENTS') ||
        !monitoringConfig.managedPrometheus?.enabled) &&
      'monitor SYSTEM_COMPONENTS, with managed Prometheus',
  ),
  rule(
    'gke-no-basic-auth',
    'CIS 5.8.1: nobody logs in by password.',
    Cluster,
    ({ masterAuth }) =>
      Object.keys(masterAuth ?? {}).some((key) => ['username', 'password'].includes(key)) &&
      'remove username and password',
  ),
  rule(
    'gke-no-client-certificate',
    'CIS 5.8.2: no client certificate is issued.',
    Cluster,
    ({ masterAuth }) =>
      masterAuth?.clientCertificateConfig.issueClientCertificate !== false && 'set issueClientCertificate to false',
  ),
  rule(
    'gke-groups',
    'CIS 5.8.3: RBAC knows Google Groups.',
    Cluster,
    ({ authenticatorGroupsConfig }) =>
      !authenticatorGroupsConfig?.securityGroup.startsWith('gke-security-groups@') && 'name the security group',
  ),
  rule(
    'gke-no-abac',
    'CIS 5.8.4: rights come from RBAC.',
    Cluster,
    ({ enableLegacyAbac }) => enableLegacyAbac !== false && 'set enableLegacyAbac to false',
  ),
  rule(
    'gke-binary-authorization',
    'CIS 5.10.5: only images of known registries run.',
    Cluster,
    ({ binaryAuthorization }) =>
      binaryAuthorization?.evaluationMode !== 'PROJECT_SINGLETON_POLICY_ENFORCE' && 'enforce Binary Authorization',
  ),
  rule(
    'gke-workload-identity',
    'CIS 5.2.2: workloads have identities of their own.',
    Cluster,
    (cluster) =>
      !cluster.enableAutopilot && !cluster.workloadIdentityConfig?.workloadPool && 'set workloadIdentityConfig',
  ),
  rule(
    'gke-regional',
    'The control plane runs in several zones.',
    Cluster,
    ({ location }) => /-[a-f]$/.test(location ?? '') && `${location} is a zone: use the region`,
  ),
  rule(
    'gke-maintenance-window',
    'GKE changes things when it suits us.',
    Cluster,
    ({ maintenancePolicy }) => !maintenancePolicy?.recurringWindow && 'set a recurring window',
  ),
  rule(
    'gke-local-dns',
    'Names are answered on the node.',
    Cluster,
    (cluster) =>
      !cluster.enableAutopilot && cluster.addonsConfig?.dnsCacheConfig?.enabled !== true && 'enable dnsCacheConfig',
  ),
  rule(
    'gke-disk-driver',
    'Volumes are made by the CSI driver.',
    Cluster,
    (cluster) =>
      !cluster.enableAutopilot &&
      cluster.addonsConfig?.gcePersistentDiskCsiDriverConfig?.enabled !== true &&
      'enable gcePersistentDiskCsiDriverConfig',
  ),
  rule(
    'gke-security-posture',
    'GKE says what is misconfigured.',
    Cluster,
    ({ securityPostureConfig }) =>
      !['BASIC', 'ENTERPRISE'].includes(securityPostureConfig?.mode ?? '') && 'set securityPostureConfig.mode',
  ),
  rule(
    'gke-vulnerability-scanning',
    'Running images are scanned.',
    Cluster,
    ({ securityPostureConfig }) =>
      !/^VULNERABILITY_(BASIC|ENTERPRISE)$/.test(securityPostureConfig?.vulnerabilityMode ?? '') &&
      'set vulnerabilityMode',
  ),
  rule(
    'gke-upgrade-notifications',
    'Upgrades are announced.',
    Cluster,
    ({ notificationConfig }) => notificationConfig?.pubsub.enabled !== true && 'set notificationConfig',
  ),
];
