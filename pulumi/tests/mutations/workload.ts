import { type Mutation, values } from './mutation.ts';

const product = 'v1:Deployment acme-product';
const pod = 'spec.template.spec';
const component = 'app.kubernetes.io/component';
const demanded = ['app.kubernetes.io/name', 'app.kubernetes.io/part-of', component];

const others = { matchLabels: { [component]: 'gateway' } };
const nobody = { matchLabels: { [component]: 'nobody' } };
const selecting = (operator: string, key = component, list: string[] = []) => ({
  matchExpressions: [{ key, operator, values: list }],
});

const copies: Mutation[] = [
  ['workload-copies', 'HorizontalPodAutoscaler acme-product', 'spec.minReplicas', 1],
  ['workload-copies', 'HorizontalPodAutoscaler acme-product', 'spec.minReplicas', undefined],
  ['workload-copies', 'HorizontalPodAutoscaler acme-product', 'spec.scaleTargetRef.name', 'acme-nobody'],
  ['workload-copies', 'HorizontalPodAutoscaler acme-product', 'metadata.namespace', 'elsewhere'],
  ...['v1:StatefulSet acme-ledger', 'v1:ReplicaSet acme-mailer', 'v1:ReplicationController acme-poster'].map(
    (resource): Mutation => ['workload-copies', resource, 'spec.replicas', 1],
  ),
  ['workload-copies', 'v1:StatefulSet acme-ledger', 'spec.replicas', undefined],
  ['workload-scaler', product, 'spec.replicas', 3],
];

const budgets: Mutation[] = [
  ...values(
    'workload-disruption-budget',
    'PodDisruptionBudget acme-product',
    'spec.selector',
    others,
    selecting('In', component, ['gateway', 'web']),
    selecting('NotIn', component, ['product']),
  ),
  ...values(
    'disruption-budget-idle',
    'PodDisruptionBudget everybody',
    'spec.selector',
    undefined,
    nobody,
    selecting('In', component, ['nobody']),
    selecting('Exists', 'nobody'),
    selecting('DoesNotExist'),
    selecting('Unknown'),
  ),
  ['disruption-budget-idle', 'PodDisruptionBudget everybody', 'metadata.namespace', 'elsewhere'],
  ...values('disruption-budget-idle', 'PodDisruptionBudget half', 'spec.minAvailable', '100%', '99%', 1000),
  ...values('disruption-budget-idle', 'PodDisruptionBudget most', 'spec.maxUnavailable', 0, '0%'),
  ['disruption-budget-idle', 'PodDisruptionBudget at-least-one', 'spec.minAvailable', 4],
];

export const workload: Mutation[] = [
  ...copies,
  ...budgets,
  ...values('workload-spread', product, `${pod}.topologySpreadConstraints`, undefined, []),
  ...demanded.flatMap((key): Mutation[] => [
    ['workload-labels', product, `metadata.labels.${key.replaceAll('.', '^')}`, undefined],
  ]),
  ['workload-labels', product, 'metadata.labels', undefined],
  ...demanded
    .slice(0, 2)
    .map((key): Mutation => [
      'workload-labels',
      product,
      `spec.template.metadata.labels.${key.replaceAll('.', '^')}`,
      undefined,
    ]),
];
