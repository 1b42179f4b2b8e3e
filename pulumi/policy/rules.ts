/** All rules. Each is mandatory: a stack that breaks one is not made. */
import type { Policies } from '@pulumi/policy';
import { clusterAccessRules } from './rules/cluster-access.ts';
import { clusterRules } from './rules/cluster.ts';
import { databaseRules } from './rules/database.ts';
import { grantRules } from './rules/grant.ts';
import { networkPolicyRules } from './rules/network-policy.ts';
import { nodeRules } from './rules/node.ts';
import { objectRules } from './rules/object.ts';
import { placementRules } from './rules/placement.ts';
import { podRules } from './rules/pod.ts';
import { workloadRules } from './rules/workload.ts';

export const policies: Policies = [
  ...clusterRules,
  ...clusterAccessRules,
  ...nodeRules,
  ...databaseRules,
  ...placementRules,
  ...grantRules,
  ...podRules,
  ...workloadRules,
  ...networkPolicyRules,
  ...objectRules,
];
