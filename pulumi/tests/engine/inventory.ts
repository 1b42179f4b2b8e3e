/** What a stack consists of, as a person would list it: how many of what, and in full whatever costs money or keeps strangers out. */
import { stringify } from 'yaml';
import type { Registered } from './engine.ts';
import { hidden } from './wire.ts';

const inFull = new Set([
  'gcp:artifactregistry/repository:Repository',
  'gcp:billing/budget:Budget',
  'gcp:binaryauthorization/policy:Policy',
  'gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule',
  'gcp:compute/routerNat:RouterNat',
  'gcp:compute/subnetwork:Subnetwork',
  'gcp:container/cluster:Cluster',
  'gcp:container/nodePool:NodePool',
  'gcp:gkebackup/backupPlan:BackupPlan',
  'gcp:gkebackup/restorePlan:RestorePlan',
  'gcp:redis/instance:Instance',
  'gcp:sql/databaseInstance:DatabaseInstance',
  'gcp:storage/bucket:Bucket',
  'kubernetes:gateway.networking.k8s.io/v1:Gateway',
  'kubernetes:helm.sh/v3:Release',
  'kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB',
  'kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster',
  'kubernetes:storefront.dev/v1alpha1:Storefront',
]);

export function inventory(resources: readonly Registered[]): string {
  const custom = resources.filter(({ isCustom }) => isCustom).toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  const counts: Record<string, number> = {};
  for (const { type } of custom) counts[type] = (counts[type] ?? 0) + 1;
  const full = custom.filter(({ type }) => inFull.has(type));
  return stringify(
    {
      counts,
      guarded: custom.filter(({ protect }) => protect).map(({ name, type }) => `${name} (${type})`),
      resources: Object.fromEntries(full.map((each) => [`${each.type} ${each.name}`, hidden(each.inputs)])),
    },
    { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 120 },
  );
}
