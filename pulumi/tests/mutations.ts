/** For each condition of each rule of the policy pack a field whose change must break exactly this rule. */
import { clusterAccess } from './mutations/cluster-access.ts';
import { cluster } from './mutations/cluster.ts';
import { database } from './mutations/database.ts';
import { grant } from './mutations/grant.ts';
import type { Mutation } from './mutations/mutation.ts';
import { networkPolicy } from './mutations/network-policy.ts';
import { node } from './mutations/node.ts';
import { object } from './mutations/object.ts';
import { placement } from './mutations/placement.ts';
import { pods } from './mutations/pod.ts';
import { workload } from './mutations/workload.ts';

export type { Mutation };

export const mutations: Mutation[] = [
  ...cluster,
  ...clusterAccess,
  ...node,
  ...database,
  ...placement,
  ...grant,
  ...pods,
  ...workload,
  ...networkPolicy,
  ...object,
];
