import type { Cluster } from '@pulumi/gcp/container/cluster.js';
import { NodePool, type NodePoolArgs } from '@pulumi/gcp/container/nodePool.js';
import { type ComponentResourceOptions, ComponentResource, type Input } from '@pulumi/pulumi';
import type { Pool, Settings } from '../../config.ts';
import { labelsOf, type Site } from '../../naming.ts';

export const poolLabel = 'storefront.dev/pool';

/** Where a pod belongs: operators and stores on `system`, the shop on `services`, training of the recommender on spot nodes. */
type Purpose = keyof Settings['cluster']['pools'];

/** By what pods choose a pool. */
export const poolSelector = (purpose: Purpose) => ({ [poolLabel]: purpose });

export type NodePoolsArgs = {
  site: Site;
  pools: Settings['cluster']['pools'];
  cluster: Cluster;
  account: Input<string>;
  diskKey: Input<string>;
};

/**
 * The nodes: pools that grow and shrink by need, upgraded blue-green so that a bad version meets no customer. Only training, which
 * may be interrupted and begins anew, runs on spot nodes.
 *
 * Inputs: sizes, the cluster, the nodes' account and disk key. Outputs: `all`. Cost: machines by the second, disks by the gigabyte.
 */
export class NodePools extends ComponentResource {
  readonly all: NodePool[];

  constructor(name: string, args: NodePoolsArgs, opts?: ComponentResourceOptions) {
    super('storefront:cluster:NodePools', name, {}, opts);
    const { system, services, training } = args.pools;
    this.all = [
      this.pool('system', system, args),
      this.pool('services', services, args),
      ...(training ? [this.pool('training', training, args)] : []),
    ];
    this.registerOutputs();
  }

  private pool(purpose: Purpose, size: Pool, args: NodePoolsArgs): NodePool {
    const { site, cluster } = args;
    return new NodePool(
      `pool-${purpose}`,
      {
        cluster: cluster.id,
        location: site.region,
        nodeLocations: site.zones,
        initialNodeCount: Math.ceil(size.min / site.zones.length),
        autoscaling: { totalMinNodeCount: size.min, totalMaxNodeCount: size.max, locationPolicy: placement(purpose) },
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: purpose === 'training' ? surge : blueGreen,
        networkConfig: { enablePrivateNodes: true },
        nodeConfig: nodeConfig(purpose, size, args),
      },
      // After the first nodes the autoscaler decides how many there are.
      { parent: this, ignoreChanges: ['initialNodeCount', 'nodeCount'] },
    );
  }
}

const placement = (purpose: Purpose): string => (purpose === 'training' ? 'ANY' : 'BALANCED');

const surge = { strategy: 'SURGE', maxSurge: 1, maxUnavailable: 0 };
const blueGreen = {
  strategy: 'BLUE_GREEN',
  blueGreenSettings: {
    standardRolloutPolicy: { batchPercentage: 0.34, batchSoakDuration: '120s' },
    nodePoolSoakDuration: '1800s',
  },
};

const nodeConfig = (purpose: Purpose, size: Pool, args: NodePoolsArgs): NonNullable<NodePoolArgs['nodeConfig']> => ({
  machineType: size.machine,
  diskSizeGb: size.diskGb,
  diskType: 'pd-balanced',
  bootDiskKmsKey: args.diskKey,
  imageType: 'COS_CONTAINERD',
  serviceAccount: args.account,
  oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  metadata: { 'disable-legacy-endpoints': 'true' },
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE' },
  resourceLabels: labelsOf(args.site, purpose),
  labels: poolSelector(purpose),
  ...(purpose === 'training'
    ? { spot: true, taints: [{ key: poolLabel, value: purpose, effect: 'NO_SCHEDULE' }] }
    : {}),
});
