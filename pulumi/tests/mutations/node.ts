import { type Mutation, values } from './mutation.ts';

const pool = 'container/nodePool:NodePool pool-services';
/** The pool with which a cluster begins. */
const first = 'container/cluster:Cluster cluster';
/** Nodes that GKE makes by need, and pools in the cluster itself. */
const provisioning = 'container/cluster:Cluster cluster-with-addresses';
const autopilot = 'container/cluster:Cluster cluster-on-autopilot';
const defaults = 'clusterAutoscaling.autoProvisioningDefaults';
const boot = 'shieldedInstanceConfig';

export const node: Mutation[] = [
  ...values(
    'node-account',
    pool,
    'nodeConfig.serviceAccount',
    undefined,
    'default',
    '123-compute@developer.gserviceaccount.com',
  ),
  ['node-account', first, 'nodeConfig.serviceAccount', undefined],
  ['node-account', provisioning, `${defaults}.serviceAccount`, undefined],
  ['node-account', provisioning, 'nodePools.0.nodeConfig.serviceAccount', 'default'],
  ['node-account', autopilot, `${defaults}.serviceAccount`, 'default'],
  ['node-metadata', pool, 'nodeConfig.workloadMetadataConfig.mode', 'GCE_METADATA'],
  ['node-metadata', first, 'nodeConfig.workloadMetadataConfig', undefined],
  ['node-image', pool, 'nodeConfig.imageType', 'UBUNTU_CONTAINERD'],
  ['node-image', first, 'nodeConfig.imageType', undefined],
  ['node-image', provisioning, `${defaults}.imageType`, 'UBUNTU_CONTAINERD'],
  ['node-auto-repair', pool, 'management.autoRepair', false],
  ['node-auto-repair', provisioning, `${defaults}.management.autoRepair`, undefined],
  ['node-auto-upgrade', pool, 'management.autoUpgrade', false],
  ['node-auto-upgrade', provisioning, `${defaults}.management.autoUpgrade`, undefined],
  ['node-integrity', pool, `nodeConfig.${boot}.enableIntegrityMonitoring`, false],
  ['node-integrity', first, `nodeConfig.${boot}.enableIntegrityMonitoring`, undefined],
  ['node-integrity', provisioning, `${defaults}.${boot}.enableIntegrityMonitoring`, false],
  ['node-secure-boot', pool, `nodeConfig.${boot}.enableSecureBoot`, undefined],
  ['node-secure-boot', first, `nodeConfig.${boot}.enableSecureBoot`, false],
  ['node-secure-boot', provisioning, `${defaults}.${boot}.enableSecureBoot`, undefined],
  ['node-disk-encryption', pool, 'nodeConfig.bootDiskKmsKey', undefined],
  ['node-disk-encryption', first, 'nodeConfig.bootDiskKmsKey', undefined],
  ['node-disk-encryption', provisioning, `${defaults}.bootDiskKmsKey`, undefined],
  ['node-disk-encryption', autopilot, `${defaults}.bootDiskKmsKey`, undefined],
  ...values('node-default-pool', first, 'removeDefaultNodePool', false, undefined),
  ['node-private', pool, 'networkConfig.enablePrivateNodes', false],
  ...values('node-zones', pool, 'nodeLocations', ['europe-west1-b', 'europe-west1-c'], undefined),
  [
    'node-zones-provisioned',
    provisioning,
    'clusterAutoscaling.autoProvisioningLocations',
    ['europe-west1-b', 'europe-west1-c'],
  ],
  ['node-spot', pool, 'nodeConfig.spot', true],
];
