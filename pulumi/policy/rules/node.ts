/** The nodes: pools, the first pool that is removed again, and what Autopilot or auto-provisioning would make. */
import { Cluster } from '@pulumi/gcp/container/cluster.js';
import { NodePool } from '@pulumi/gcp/container/nodePool.js';
import { rule } from './rule.ts';

/** Compute's default account may edit the whole project. */
const isOwnAccount = (account: string | undefined): boolean =>
  account !== undefined && account !== 'default' && !account.includes('-compute@developer.gserviceaccount.com');

export const nodeRules = [
  rule(
    'node-account',
    'CIS 5.2.1: pools have an account of their own.',
    NodePool,
    ({ nodeConfig }) => !isOwnAccount(nodeConfig?.serviceAccount) && 'set serviceAccount',
  ),
  rule('node-account-of-cluster', 'CIS 5.2.1: so have nodes that GKE makes by itself.', Cluster, (cluster) => {
    const first = cluster.removeDefaultNodePool ? cluster.nodeConfig?.serviceAccount : undefined;
    const made = cluster.clusterAutoscaling?.autoProvisioningDefaults?.serviceAccount;
    const isAutomatic = cluster.enableAutopilot || cluster.clusterAutoscaling?.enabled;
    return (
      !isOwnAccount(isAutomatic ? made : first) && 'set serviceAccount of nodeConfig, or of autoProvisioningDefaults'
    );
  }),
  rule(
    'node-metadata',
    'CIS 5.2.2: pods do not see the identity of the node.',
    NodePool,
    ({ nodeConfig }) => nodeConfig?.workloadMetadataConfig?.mode !== 'GKE_METADATA' && 'set workloadMetadataConfig',
  ),
  rule(
    'node-image',
    'CIS 5.5.1: nodes run Container-Optimized OS.',
    NodePool,
    ({ nodeConfig }) => nodeConfig?.imageType !== 'COS_CONTAINERD' && 'use COS_CONTAINERD',
  ),
  rule(
    'node-auto-repair',
    'CIS 5.5.2: broken nodes are repaired.',
    NodePool,
    ({ management }) => management?.autoRepair !== true && 'set autoRepair',
  ),
  rule(
    'node-auto-upgrade',
    'CIS 5.5.3: nodes are upgraded.',
    NodePool,
    ({ management }) => management?.autoUpgrade !== true && 'set autoUpgrade',
  ),
  rule(
    'node-integrity',
    'CIS 5.5.6: a changed boot is noticed.',
    NodePool,
    ({ nodeConfig }) =>
      nodeConfig?.shieldedInstanceConfig?.enableIntegrityMonitoring !== true && 'set enableIntegrityMonitoring',
  ),
  rule(
    'node-secure-boot',
    'CIS 5.5.7: only signed kernels boot.',
    NodePool,
    ({ nodeConfig }) => nodeConfig?.shieldedInstanceConfig?.enableSecureBoot !== true && 'set enableSecureBoot',
  ),
  rule(
    'node-disk-encryption',
    'CIS 5.9.1: disks are encrypted by a key of ours.',
    NodePool,
    ({ nodeConfig }) => !nodeConfig?.bootDiskKmsKey && 'set bootDiskKmsKey',
  ),
  rule(
    'node-zones',
    'In prod every pool stands in three zones.',
    NodePool,
    ({ nodeConfig, nodeLocations }) =>
      nodeConfig?.resourceLabels?.['environment'] === 'prod' && (nodeLocations?.length ?? 0) < 3 && 'list three zones',
  ),
  rule(
    'node-spot',
    'Only training may be interrupted.',
    NodePool,
    ({ nodeConfig }) =>
      nodeConfig?.spot === true && nodeConfig.labels?.['storefront.dev/pool'] !== 'training' && 'remove spot',
  ),
];
