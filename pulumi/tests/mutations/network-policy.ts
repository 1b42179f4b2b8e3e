import { type Mutation, values } from './mutation.ts';

const own = 'NetworkPolicy acme-product';
const job = 'NetworkPolicy acme-provision';
const deny = 'NetworkPolicy acme-default-deny';

export const networkPolicy: Mutation[] = [
  ...values('workload-network-policy', own, 'spec.policyTypes', ['Ingress'], ['Egress'], undefined),
  ['workload-network-policy', own, 'spec.podSelector', {}],
  ['workload-network-policy', own, 'spec.podSelector.matchLabels', { 'app.kubernetes.io/component': 'nobody' }],
  ['workload-network-policy', own, 'metadata.namespace', 'elsewhere'],
  ['workload-network-policy', 'NetworkPolicy acme-agent', 'spec.policyTypes', ['Egress']],
  ['workload-network-policy', 'NetworkPolicy acme-shell', 'spec.policyTypes', ['Egress']],
  ['workload-network-policy', job, 'spec.policyTypes', ['Ingress']],
  ['workload-network-policy', 'NetworkPolicy acme-sweeper', 'spec.policyTypes', ['Ingress']],
  ['workload-network-policy', 'NetworkPolicy apart', 'spec', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }],
  ...values('namespace-default-deny', deny, 'spec.policyTypes', ['Ingress'], ['Egress'], undefined),
  ...values('namespace-default-deny', deny, 'spec.ingress', [{}]),
  ...values('namespace-default-deny', deny, 'spec.egress', [{}]),
  ['namespace-default-deny', deny, 'spec.podSelector.matchLabels', { 'storefront.dev/storefront': 'other' }],
  ['namespace-default-deny', deny, 'metadata.namespace', 'elsewhere'],
];
