/** For each rule one field of one resource, and the value with which exactly this rule must be broken; `undefined` takes the field away. */
export type Mutation = [rule: string, resource: string, field: string, value: unknown];

const gke = 'container/cluster:Cluster cluster';
const pool = 'container/nodePool:NodePool pool-services';
const sql = 'sql/databaseInstance:DatabaseInstance orders-1';
const redis = 'redis/instance:Instance state';
const bucket = 'storage/bucket:Bucket media';
const product = 'apps/v1:Deployment acme-product';
const operator = 'apps/v1:Deployment storefront-operator';
const pod = 'spec.template.spec';
const app = `${pod}.containers.0`;
const sidecar = `${pod}.initContainers.0`;

const flags = (without: string) =>
  [
    'cloudsql.enable_pgaudit',
    'cloudsql.iam_authentication',
    'log_connections',
    'log_disconnections',
    'log_min_duration_statement',
  ]
    .filter((name) => name !== without)
    .map((name) => ({ name, value: 'on' }));

const cluster: Mutation[] = [
  ['gke-secrets-encryption', gke, 'databaseEncryption.state', 'DECRYPTED'],
  ['gke-release-channel', gke, 'releaseChannel', undefined],
  ['gke-shielded-nodes', gke, 'enableShieldedNodes', false],
  ['gke-intranode-visibility', gke, 'enableIntranodeVisibility', undefined],
  ['gke-vpc-native', gke, 'networkingMode', 'ROUTES'],
  ['gke-authorized-networks', gke, 'masterAuthorizedNetworksConfig', { cidrBlocks: [{ cidrBlock: '0.0.0.0/0' }] }],
  ['gke-private-nodes', gke, 'privateClusterConfig.enablePrivateNodes', false],
  ['gke-network-policy', gke, 'datapathProvider', 'LEGACY_DATAPATH'],
  ['gke-logging', gke, 'loggingConfig.enableComponents', ['SYSTEM_COMPONENTS']],
  ['gke-monitoring', gke, 'monitoringConfig.managedPrometheus.enabled', false],
  ['gke-no-basic-auth', gke, 'masterAuth.username', 'admin'],
  ['gke-no-client-certificate', gke, 'masterAuth.clientCertificateConfig.issueClientCertificate', true],
  ['gke-groups', gke, 'authenticatorGroupsConfig', undefined],
  ['gke-no-abac', gke, 'enableLegacyAbac', true],
  ['gke-binary-authorization', gke, 'binaryAuthorization.evaluationMode', 'DISABLED'],
  ['gke-workload-identity', gke, 'workloadIdentityConfig', undefined],
  ['gke-regional', gke, 'location', 'europe-west1-b'],
  ['gke-maintenance-window', gke, 'maintenancePolicy', undefined],
  ['gke-local-dns', gke, 'addonsConfig.dnsCacheConfig.enabled', false],
  ['gke-disk-driver', gke, 'addonsConfig.gcePersistentDiskCsiDriverConfig', undefined],
  ['gke-security-posture', gke, 'securityPostureConfig.mode', 'DISABLED'],
  ['gke-vulnerability-scanning', gke, 'securityPostureConfig.vulnerabilityMode', 'VULNERABILITY_DISABLED'],
  ['gke-upgrade-notifications', gke, 'notificationConfig.pubsub.enabled', false],
  ['node-account-of-cluster', gke, 'nodeConfig.serviceAccount', 'default'],
];

/** An address of the control plane that whoever is listed may reach is still a public one. */
const listedAddress: Mutation[] = [
  ['gke-private-endpoint', `${gke}-with-addresses`, 'controlPlaneEndpointsConfig.ipEndpointsConfig.enabled', true],
];

const node: Mutation[] = [
  ['node-account', pool, 'nodeConfig.serviceAccount', '123-compute@developer.gserviceaccount.com'],
  ['node-metadata', pool, 'nodeConfig.workloadMetadataConfig.mode', 'GCE_METADATA'],
  ['node-image', pool, 'nodeConfig.imageType', 'UBUNTU_CONTAINERD'],
  ['node-auto-repair', pool, 'management.autoRepair', false],
  ['node-auto-upgrade', pool, 'management.autoUpgrade', false],
  ['node-integrity', pool, 'nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring', false],
  ['node-secure-boot', pool, 'nodeConfig.shieldedInstanceConfig.enableSecureBoot', undefined],
  ['node-disk-encryption', pool, 'nodeConfig.bootDiskKmsKey', undefined],
  ['node-zones', pool, 'nodeLocations', ['europe-west1-b']],
  ['node-spot', pool, 'nodeConfig.spot', true],
];

const store: Mutation[] = [
  ['sql-no-public-address', sql, 'settings.ipConfiguration.ipv4Enabled', true],
  ['sql-no-open-network', sql, 'settings.ipConfiguration.authorizedNetworks', [{ value: '0.0.0.0/0' }]],
  ['sql-tls-only', sql, 'settings.ipConfiguration.sslMode', 'ALLOW_UNENCRYPTED_AND_ENCRYPTED'],
  ['sql-backups', sql, 'settings.backupConfiguration.pointInTimeRecoveryEnabled', false],
  ['sql-high-availability', sql, 'settings.availabilityType', 'ZONAL'],
  ['sql-log-duration', sql, 'settings.databaseFlags', flags('log_min_duration_statement')],
  ['sql-log-connections', sql, 'settings.databaseFlags', flags('log_connections')],
  ['sql-log-disconnections', sql, 'settings.databaseFlags', flags('log_disconnections')],
  ['sql-audit', sql, 'settings.databaseFlags', flags('cloudsql.enable_pgaudit')],
  ['sql-iam', sql, 'settings.databaseFlags', flags('cloudsql.iam_authentication')],
  ['redis-private', redis, 'authEnabled', false],
  ['redis-high-availability', redis, 'tier', 'BASIC'],
  ['valkey-private', 'memorystore/instance:Instance state', 'transitEncryptionMode', 'TRANSIT_ENCRYPTION_DISABLED'],
  ['bucket-private', bucket, 'publicAccessPrevention', 'inherited'],
];

const placement: Mutation[] = [
  ['labels', bucket, 'labels.environment', undefined],
  ['regions', bucket, 'location', 'US'],
  [
    'no-default-account',
    'storage/bucketIAMMember:BucketIAMMember media',
    'member',
    'serviceAccount:acme@appspot.gserviceaccount.com',
  ],
  ['no-broad-role', 'projects/iAMMember:IAMMember cluster-node', 'role', 'roles/editor'],
  ['no-everyone', 'storage/bucketIAMMember:BucketIAMMember media', 'member', 'allUsers'],
  ['network-custom', 'compute/network:Network network', 'autoCreateSubnetworks', true],
  ['firewall-closed', 'NetworkFirewallPolicyRule network-firewall-within', 'match.srcIpRanges', ['0.0.0.0/0']],
];

const pods: Mutation[] = [
  ['pod-non-root', product, `${app}.securityContext.runAsNonRoot`, false],
  ['pod-user', product, `${sidecar}.securityContext.runAsUser`, 1000],
  ['pod-read-only', product, `${app}.securityContext.readOnlyRootFilesystem`, false],
  ['pod-no-escalation', product, `${sidecar}.securityContext.allowPrivilegeEscalation`, undefined],
  ['pod-not-privileged', product, `${app}.securityContext.privileged`, true],
  ['pod-no-capabilities', product, `${app}.securityContext.capabilities.drop`, ['NET_RAW']],
  ['pod-seccomp', product, `${pod}.securityContext.seccompProfile.type`, 'Unconfined'],
  ['pod-no-host', product, `${pod}.hostNetwork`, true],
  ['pod-no-host-port', product, `${app}.ports`, [{ containerPort: 7001, hostPort: 7001 }]],
  ['pod-no-host-path', product, `${pod}.volumes.0`, { name: 'host', hostPath: { path: '/' } }],
  ['pod-no-token', product, `${pod}.automountServiceAccountToken`, true],
  ['pod-requests', product, `${app}.resources.requests.ephemeral-storage`, undefined],
  ['pod-limits', product, `${sidecar}.resources.limits.memory`, undefined],
  ['pod-probes', operator, `${app}.livenessProbe`, { httpGet: { path: '/readyz', port: 8081 }, periodSeconds: 2 }],
  ['pod-image-digest', product, `${app}.image`, 'europe-docker.pkg.dev/acme-shop/storefront/storefront:1.4.2'],
  ['pod-pull-policy', product, `${app}.imagePullPolicy`, undefined],
  ['pod-no-secret-in-env', product, `${app}.env.0`, { name: 'STRIPE_API_KEY', value: 'sk_live_1' }],
];

const workload: Mutation[] = [
  ['workload-copies', 'HorizontalPodAutoscaler acme-product', 'spec.minReplicas', 1],
  ['workload-scaler', product, 'spec.replicas', 3],
  ['workload-disruption-budget', 'PodDisruptionBudget acme-product', 'spec.selector.matchLabels', { other: 'pods' }],
  ['workload-network-policy', 'NetworkPolicy acme-product', 'spec.policyTypes', ['Ingress']],
  ['workload-spread', product, `${pod}.topologySpreadConstraints`, undefined],
  ['workload-labels', product, 'metadata.labels', { 'app.kubernetes.io/name': 'storefront' }],
];

const object: Mutation[] = [
  [
    'no-bitnami',
    'Release broker-operator',
    'chart',
    'oci://registry-1.docker.io/bitnamicharts/rabbitmq-cluster-operator',
  ],
  ['image-pinned', 'RabbitmqCluster broker', 'spec.image', 'docker.io/library/rabbitmq:latest'],
  ['release-digest', 'v1alpha1:Storefront storefront', 'spec.release.digest', undefined],
  ['chart-version', 'Release discovery', 'version', undefined],
  [
    'namespace-standard',
    'Namespace namespace-shop',
    'metadata.labels.pod-security^kubernetes^io/enforce',
    'privileged',
  ],
  ['rbac-no-wildcard', 'ClusterRole storefront-operator', 'rules.0.verbs', ['*']],
  ['rbac-no-cluster-admin', 'ClusterRoleBinding storefront-operator', 'roleRef.name', 'cluster-admin'],
  ['ingress-tls', 'v1:Gateway edge', 'spec.listeners.0.protocol', 'HTTP'],
];

export const mutations: Mutation[] = [
  ...cluster,
  ...listedAddress,
  ...node,
  ...store,
  ...placement,
  ...pods,
  ...workload,
  ...object,
];
