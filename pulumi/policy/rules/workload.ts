/** What stands around pods: copies, budgets, policies of the network. These rules look at several objects together. */
import { podOf } from './pod.ts';
import { anyRule, type Fields, type Registered, stackRule } from './rule.ts';

type Labels = Record<string, string>;
type Metadata = { name: string; namespace?: string; labels?: Labels };
type Selector = { matchLabels?: Labels };

const metadataOf = ({ props }: Registered): Metadata => props['metadata'] as Metadata;
const specOf = ({ props }: Registered): Fields => (props['spec'] ?? {}) as Fields;
const of = (resources: Registered[], type: string) => resources.filter((each) => each.type === `kubernetes:${type}`);
const servers = (resources: Registered[]) => [
  ...of(resources, 'apps/v1:Deployment'),
  ...of(resources, 'apps/v1:StatefulSet'),
];

const podLabels = (resource: Registered): Labels =>
  ((specOf(resource)['template'] as { metadata?: Metadata } | undefined)?.metadata?.labels ?? {}) as Labels;

const selects = ({ matchLabels = {} }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

const isNear = (one: Registered, other: Registered): boolean =>
  metadataOf(one).namespace === metadataOf(other).namespace;

/** One operator leads; a second would only wait. It is Recreate, and a shop runs on without it. */
const isOperator = (resource: Registered): boolean => metadataOf(resource).name === 'storefront-operator';

/** The autoscaler of a Deployment, if it has one. */
const scalerOf = (resources: Registered[], workload: Registered): Registered | undefined =>
  of(resources, 'autoscaling/v2:HorizontalPodAutoscaler').find(
    (scaler) =>
      isNear(scaler, workload) && (specOf(scaler)['scaleTargetRef'] as Metadata).name === metadataOf(workload).name,
  );

const names = (resources: Registered[], advice: string): string[] =>
  resources.map((each) => `${metadataOf(each).name}: ${advice}`);

export const workloadRules = [
  stackRule('workload-copies', 'A server runs at least twice.', (resources) =>
    names(
      servers(resources).filter((each) => {
        const scaler = scalerOf(resources, each);
        const least = scaler ? specOf(scaler)['minReplicas'] : specOf(each)['replicas'];
        return !isOperator(each) && Number(least ?? 1) < 2;
      }),
      'run it twice',
    ),
  ),
  stackRule('workload-scaler', 'Who scales a workload alone says how many there are.', (resources) =>
    names(
      servers(resources).filter((each) => scalerOf(resources, each) && specOf(each)['replicas'] !== undefined),
      'remove replicas, its autoscaler decides',
    ),
  ),
  stackRule('workload-disruption-budget', 'Not all copies are drained at once.', (resources) => {
    const budgets = of(resources, 'policy/v1:PodDisruptionBudget');
    const isCovered = (each: Registered) =>
      budgets.some(
        (budget) => isNear(budget, each) && selects(specOf(budget)['selector'] as Selector, podLabels(each)),
      );
    return names(
      servers(resources).filter((each) => !isCovered(each)),
      'give it a PodDisruptionBudget',
    );
  }),
  stackRule(
    'workload-network-policy',
    'What may come in and go out of a server is listed for it alone.',
    (resources) => {
      const all = servers(resources);
      const selected = (policy: Registered) =>
        all.filter(
          (each) => isNear(policy, each) && selects(specOf(policy)['podSelector'] as Selector, podLabels(each)),
        );
      const own = of(resources, 'networking.k8s.io/v1:NetworkPolicy')
        .filter((policy) =>
          ['Ingress', 'Egress'].every((way) => (specOf(policy)['policyTypes'] as string[]).includes(way)),
        )
        .map(selected)
        .filter(({ length }) => length === 1)
        .flat();
      return names(
        all.filter((each) => !own.includes(each)),
        'give it a NetworkPolicy for both directions',
      );
    },
  ),
  anyRule('workload-spread', 'Copies stand apart.', (resource) => {
    if (!/:(Deployment|StatefulSet)$/.test(resource.type) || isOperator(resource)) return false;
    const pod = podOf(resource);
    return pod && !pod.topologySpreadConstraints?.length && !pod.affinity?.podAntiAffinity && 'spread its copies';
  }),
  anyRule('workload-labels', 'An object says what it belongs to.', (resource) => {
    if (!podOf(resource)) return false;
    const labels = metadataOf(resource).labels ?? {};
    const missing = ['name', 'part-of', 'component']
      .map((key) => `app.kubernetes.io/${key}`)
      .filter((key) => !labels[key]);
    return missing.length > 0 && `add ${missing.join(', ')}`;
  }),
];
