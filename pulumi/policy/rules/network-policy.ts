/** Who may speak with a pod, and with whom it may speak. */
import { isJob, isWorkload, kindOf, nameOf, selects, specOf } from './manifest.ts';
import { type Registered, stackRule } from './rule.ts';

type Way = 'Ingress' | 'Egress';

const isPolicy = (resource: Registered): boolean => kindOf(resource) === 'networking.k8s.io/NetworkPolicy';
const reaches = (policy: Registered, workload: Registered): boolean =>
  isPolicy(policy) && selects(policy, specOf(policy)['podSelector'], workload);
const rules = (policy: Registered, way: Way): boolean =>
  ((specOf(policy)['policyTypes'] ?? []) as string[]).includes(way);
const allowed = (policy: Registered, way: 'ingress' | 'egress'): number =>
  ((specOf(policy)[way] ?? []) as unknown[]).length;

/** It lists nobody, in either direction. */
const deniesAll = (policy: Registered): boolean =>
  rules(policy, 'Ingress') && rules(policy, 'Egress') && allowed(policy, 'ingress') + allowed(policy, 'egress') === 0;

/** A policy for this workload alone lists what goes this way. A default is nobody's own, even where it meets only one. */
const hasOwn = (way: Way) => (workload: Registered, all: readonly Registered[]) =>
  all.some(
    (policy) =>
      reaches(policy, workload) &&
      rules(policy, way) &&
      !deniesAll(policy) &&
      all.filter((other) => isWorkload(other) && reaches(policy, other)).length === 1,
  );
const [ownIngress, ownEgress] = [hasOwn('Ingress'), hasOwn('Egress')];

export const networkPolicyRules = [
  stackRule(
    'workload-network-policy',
    'What may come in and go out is listed for each workload alone.',
    (resource, all) =>
      isWorkload(resource) &&
      !isJob(resource) &&
      !ownIngress(resource, all) &&
      `${nameOf(resource)}: add a NetworkPolicy that selects its pods alone, with the policyType Ingress`,
    (resource, all) =>
      isWorkload(resource) &&
      !ownEgress(resource, all) &&
      `${nameOf(resource)}: add a NetworkPolicy that selects its pods alone, with the policyType Egress`,
  ),
  stackRule(
    'namespace-default-deny',
    'What is not listed is denied.',
    (resource, all) =>
      isWorkload(resource) &&
      !all.some((policy) => reaches(policy, resource) && deniesAll(policy)) &&
      `${nameOf(resource)}: add a NetworkPolicy to its namespace that selects all pods, with both policyTypes and no rules`,
  ),
];
