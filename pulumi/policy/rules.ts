/** All rules. Each is mandatory: a stack that breaks one is not made. */
import type { Policies } from '@pulumi/policy';
import { clusterRules } from './rules/cluster.ts';
import { databaseRules } from './rules/database.ts';
import { nodeRules } from './rules/node.ts';
import { objectRules } from './rules/object.ts';
import { placementRules } from './rules/placement.ts';
import { podRules } from './rules/pod.ts';
import { workloadRules } from './rules/workload.ts';

export const policies: Policies = [
  ...clusterRules,
  ...nodeRules,
  ...databaseRules,
  ...placementRules,
  ...podRules,
  ...workloadRules,
  ...objectRules,
];
