/** What stands around pods, beside network policies: copies, budgets, labels. Most of these rules look at several objects together. */
import {
  isOperator,
  isServer,
  isWorkload,
  kindOf,
  metadataOf,
  nameOf,
  podLabelsOf,
  podOf,
  selects,
  specOf,
} from './manifest.ts';
import { anyRule, type Registered, stackRule } from './rule.ts';

type All = readonly Registered[];

const isScaler = (resource: Registered): boolean => kindOf(resource) === 'autoscaling/HorizontalPodAutoscaler';
const isBudget = (resource: Registered): boolean => kindOf(resource) === 'policy/PodDisruptionBudget';

/** The autoscaler of a workload, if it has one. */
const scalerOf = (all: All, workload: Registered): Registered | undefined =>
  all.filter(isScaler).find((scaler) => {
    const { name } = (specOf(scaler)['scaleTargetRef'] ?? {}) as { name?: string };
    return nameOf(workload) === `${metadataOf(scaler).namespace}/${name}`;
  });

/** How many copies it has at the least. */
function copiesOf(all: All, workload: Registered): number {
  const scaler = scalerOf(all, workload);
  return Number((scaler ? specOf(scaler)['minReplicas'] : specOf(workload)['replicas']) ?? 1);
}

const covers = (budget: Registered, workload: Registered): boolean =>
  isServer(workload) && selects(budget, specOf(budget)['selector'], workload);

/** A count or a part of the copies, rounded up as Kubernetes does. */
const countOf = (copies: number, value: unknown = 0): number =>
  String(value).endsWith('%') ? Math.ceil((Number.parseInt(String(value), 10) * copies) / 100) : Number(value);

/** How many of so many copies may be drained at once. */
function drainable(budget: Registered, copies: number): number {
  const { maxUnavailable, minAvailable } = specOf(budget);
  return maxUnavailable === undefined ? copies - countOf(copies, minAvailable) : countOf(copies, maxUnavailable);
}

const labels = ['app.kubernetes.io/name', 'app.kubernetes.io/part-of', 'app.kubernetes.io/component'];
const missingIn = (owner: Record<string, string> = {}): string[] => labels.filter((key) => !owner[key]);

export const workloadRules = [
  stackRule(
    'workload-copies',
    'A server runs at least twice.',
    (resource, all) =>
      isServer(resource) &&
      !isOperator(resource) &&
      copiesOf(all, resource) < 2 &&
      `${nameOf(resource)}: set replicas, or minReplicas of its autoscaler, to 2 or more`,
  ),
  stackRule(
    'workload-scaler',
    'Who scales a workload alone says how many there are.',
    (resource, all) =>
      scalerOf(all, resource) !== undefined &&
      specOf(resource)['replicas'] !== undefined &&
      `${nameOf(resource)}: take replicas away, its autoscaler decides`,
  ),
  stackRule(
    'workload-disruption-budget',
    'Not all copies are drained at once.',
    (resource, all) =>
      isServer(resource) &&
      !all.some((budget) => isBudget(budget) && covers(budget, resource)) &&
      `${nameOf(resource)}: add a PodDisruptionBudget that selects its pods`,
  ),
  stackRule('disruption-budget-idle', 'A budget guards somebody, and lets nodes be drained.', (budget, all) => {
    if (!isBudget(budget)) return false;
    const copies = all.filter((each) => covers(budget, each)).map((each) => copiesOf(all, each));
    if (copies.length === 0) return `${nameOf(budget)}: it selects nobody: mend its selector, or take it away`;
    const together = copies.reduce((sum, count) => sum + count, 0);
    return drainable(budget, together) < 1 && `${nameOf(budget)}: no pod could be drained: set maxUnavailable to 1`;
  }),
  anyRule('workload-spread', 'Copies stand apart.', (resource) => {
    const { topologySpreadConstraints = [], affinity } = podOf(resource) ?? {};
    const isSpread = topologySpreadConstraints.length > 0 || affinity?.podAntiAffinity !== undefined;
    return isServer(resource) && !isOperator(resource) && !isSpread && 'add topologySpreadConstraints to its pods';
  }),
  anyRule(
    'workload-labels',
    'An object and its pods say what they belong to.',
    (resource) => isWorkload(resource) && missingIn(metadataOf(resource).labels).map((key) => `add the label ${key}`),
    (resource) =>
      isWorkload(resource) && missingIn(podLabelsOf(resource)).map((key) => `add the label ${key} to its pods`),
  ),
];
