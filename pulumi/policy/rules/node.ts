/** The nodes, wherever it is said what they are like: pools, the pool with which a cluster begins, what GKE makes by itself. */
import { Cluster, type ClusterArgs } from '@pulumi/gcp/container/cluster.js';
import { NodePool, type NodePoolArgs } from '@pulumi/gcp/container/nodePool.js';
import type { Unwrap } from '@pulumi/pulumi';
import { anyRule, type Found, isGiven, type Registered, rule } from './rule.ts';

type Gke = Unwrap<ClusterArgs>;
type Pool = Pick<Unwrap<NodePoolArgs>, 'nodeConfig' | 'management'>;
type Config = NonNullable<Pool['nodeConfig']> & NonNullable<Gke['nodeConfig']>;
type Aspect = 'account' | 'boot' | 'disk' | 'image' | 'metadata' | 'upkeep';

type Nodes = {
  /** The field that says it, and what can be said there. */
  where: string;
  says: readonly Aspect[];
  config: Partial<Config>;
  upkeep: string;
  management: Pool['management'];
};

const poolIn = (place: string, { nodeConfig, management }: Pool): Nodes => ({
  where: `${place}nodeConfig`,
  says: ['account', 'boot', 'disk', 'image', 'metadata', 'upkeep'],
  config: (nodeConfig ?? {}) as Partial<Config>,
  upkeep: `${place}management`,
  management,
});

/** What GKE makes by need: Autopilot decides on all but the account and the key. */
function provisioned({ clusterAutoscaling, enableAutopilot }: Gke): Nodes {
  const where = 'clusterAutoscaling.autoProvisioningDefaults';
  const config = (clusterAutoscaling?.autoProvisioningDefaults ?? {}) as Partial<Config> & Pick<Pool, 'management'>;
  const says: Aspect[] = enableAutopilot ? ['account', 'disk'] : ['account', 'boot', 'disk', 'image', 'upkeep'];
  return { where, says, config, upkeep: `${where}.management`, management: config.management };
}

function nodesOfCluster(cluster: Gke): Nodes[] {
  if (cluster.enableAutopilot) return [provisioned(cluster)];
  const first = { ...poolIn('', cluster as Pool), says: ['account', 'boot', 'disk', 'image', 'metadata'] as const };
  const pools = (cluster.nodePools ?? []).map((pool, index) => poolIn(`nodePools[${index}].`, pool as Pool));
  return [first, ...pools, ...(cluster.clusterAutoscaling?.enabled ? [provisioned(cluster)] : [])];
}

function nodesOf({ type, props }: Registered): Nodes[] {
  if (type === 'gcp:container/nodePool:NodePool') return [poolIn('', props as Pool)];
  return type === 'gcp:container/cluster:Cluster' ? nodesOfCluster(props as Gke) : [];
}

/** A rule for nodes wherever their `aspect` is said. */
const nodes = (name: string, description: string, aspect: Aspect, ...checks: ((said: Nodes) => Found)[]) =>
  anyRule(
    name,
    description,
    ...checks.map((check) => (resource: Registered) => {
      const all = nodesOf(resource).filter(({ says }) => says.includes(aspect));
      return all.flatMap((said) => check(said));
    }),
  );

/** Compute's default account may edit the whole project. */
const isDefault = (account: string | undefined): boolean =>
  account === 'default' || account?.endsWith('-compute@developer.gserviceaccount.com') === true;

export const nodeRules = [
  nodes(
    'node-account',
    'CIS 5.2.1: nodes have an account of their own.',
    'account',
    ({ where, config }) => !isGiven(() => config.serviceAccount) && `set ${where}.serviceAccount`,
    ({ where, config }) =>
      isDefault(config.serviceAccount) && `set ${where}.serviceAccount to an account of their own, not the default one`,
  ),
  nodes(
    'node-metadata',
    'CIS 5.2.2: pods do not see the identity of the node.',
    'metadata',
    ({ where, config }) =>
      config.workloadMetadataConfig?.mode !== 'GKE_METADATA' &&
      `set ${where}.workloadMetadataConfig.mode to GKE_METADATA`,
  ),
  nodes(
    'node-image',
    'CIS 5.5.1: nodes run Container-Optimized OS.',
    'image',
    ({ where, config }) => config.imageType !== 'COS_CONTAINERD' && `set ${where}.imageType to COS_CONTAINERD`,
  ),
  nodes(
    'node-auto-repair',
    'CIS 5.5.2: broken nodes are repaired.',
    'upkeep',
    ({ upkeep, management }) => management?.autoRepair !== true && `set ${upkeep}.autoRepair to true`,
  ),
  nodes(
    'node-auto-upgrade',
    'CIS 5.5.3: nodes are upgraded.',
    'upkeep',
    ({ upkeep, management }) => management?.autoUpgrade !== true && `set ${upkeep}.autoUpgrade to true`,
  ),
  nodes(
    'node-integrity',
    'CIS 5.5.6: a changed boot is noticed.',
    'boot',
    ({ where, config }) =>
      config.shieldedInstanceConfig?.enableIntegrityMonitoring !== true &&
      `set ${where}.shieldedInstanceConfig.enableIntegrityMonitoring to true`,
  ),
  nodes(
    'node-secure-boot',
    'CIS 5.5.7: only signed kernels boot.',
    'boot',
    ({ where, config }) =>
      config.shieldedInstanceConfig?.enableSecureBoot !== true &&
      `set ${where}.shieldedInstanceConfig.enableSecureBoot to true`,
  ),
  nodes(
    'node-disk-encryption',
    'CIS 5.9.1: disks are encrypted by a key of ours.',
    'disk',
    ({ where, config }) => !isGiven(() => config.bootDiskKmsKey) && `set ${where}.bootDiskKmsKey to a key of KMS`,
  ),
  rule(
    'node-default-pool',
    'All nodes belong to pools with settings of their own.',
    Cluster,
    ({ enableAutopilot, removeDefaultNodePool }) =>
      !enableAutopilot && removeDefaultNodePool !== true && 'set removeDefaultNodePool to true, and make pools',
  ),
  rule(
    'node-private',
    'CIS 5.6.5: no pool gives its nodes public addresses.',
    NodePool,
    ({ networkConfig }) =>
      networkConfig?.enablePrivateNodes === false && 'set networkConfig.enablePrivateNodes to true',
  ),
  rule(
    'node-zones',
    'In prod every pool stands in three zones.',
    NodePool,
    ({ nodeConfig, nodeLocations }) =>
      nodeConfig?.resourceLabels?.['environment'] === 'prod' &&
      (nodeLocations?.length ?? 0) < 3 &&
      'list three zones in nodeLocations',
  ),
  rule(
    'node-zones-provisioned',
    'In prod GKE makes pools in every zone, or in three.',
    Cluster,
    ({ resourceLabels, clusterAutoscaling: { autoProvisioningLocations: zones } = {} }) =>
      resourceLabels?.['environment'] === 'prod' &&
      zones !== undefined &&
      zones.length < 3 &&
      'list three zones in clusterAutoscaling.autoProvisioningLocations, or none',
  ),
  rule(
    'node-spot',
    'Only training may be interrupted.',
    NodePool,
    ({ nodeConfig }) =>
      nodeConfig?.spot === true &&
      nodeConfig.labels?.['storefront.dev/pool'] !== 'training' &&
      'take nodeConfig.spot away',
  ),
];
