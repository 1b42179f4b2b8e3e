/** Of Kubernetes, with pods, and what stands around them. */
import { changed, type Subject } from '../engine/analyzer.ts';
import { subjectOf } from '../engine/manifests.ts';
import { copy, type Fields, type Find } from './subject.ts';

type Kind = {
  kind: string;
  apiVersion: string;
  name: string;
  policyTypes?: string[];
  spec: (template: Fields) => Fields;
};
const both = ['Ingress', 'Egress'];
const twice = (template: Fields): Fields => ({ spec: { replicas: 2, template } });

/** Tells them from what the operator makes. */
const kindLabel = 'kind';

/** Whatever makes pods, besides the Deployments and Jobs of the operator. Pulumi's custom resources name no group for a Pod. */
const kinds: Kind[] = [
  { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ledger', spec: twice },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'mailer', spec: twice },
  { apiVersion: 'v1', kind: 'ReplicationController', name: 'poster', spec: twice },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', spec: (template) => ({ spec: { template } }) },
  { apiVersion: 'v1', kind: 'Pod', name: 'shell', spec: ({ metadata, spec }) => ({ metadata, spec }) },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: 'sweeper',
    policyTypes: ['Egress'],
    spec: (template) => ({ spec: { jobTemplate: { spec: { template: withoutProbes(template) } } } }),
  },
];

function withoutProbes(template: Fields): Fields {
  const pod = structuredClone(template) as { spec: { containers: Fields[] } };
  for (const container of pod.spec.containers) {
    delete container['livenessProbe'];
    delete container['readinessProbe'];
  }
  return pod;
}

/** The product service under another name and kind, with what stands around it. Its containers leave to the pod what a pod may say. */
function productsAs(find: Find): Subject[] {
  const [deployment, policy, budget] = [':Deployment', ':NetworkPolicy', ':PodDisruptionBudget'].map(
    (end) => find(end, 'acme-product').inputs,
  ) as [Fields, Fields, Fields];
  const named = <Value>(value: Value, name: string): Value =>
    JSON.parse(
      JSON.stringify(value).replaceAll('acme-product', `acme-${name}`).replaceAll('"product"', `"${name}"`),
    ) as Value;
  return kinds.flatMap(({ apiVersion, kind, name, spec, policyTypes = both }) => {
    const { metadata, spec: deployed } = named(deployment, name) as { metadata: { name: string }; spec: Fields };
    const template = silent(deployed['template'] as Template);
    template.metadata.labels[kindLabel] = kind;
    const { metadata: podMetadata = {}, ...rest } = spec(template) as { metadata?: Fields };
    const workload = { apiVersion, kind, metadata: { ...metadata, ...podMetadata }, ...rest };
    const own = changed(subjectOf(named(policy, name) as never), 'spec.policyTypes', policyTypes);
    const isServer = spec === twice;
    return [subjectOf(workload), own, ...(isServer ? [subjectOf(named(budget, name) as never)] : [])];
  });
}

/** A pod that has a namespace to itself, whose policy need not name it; and what looks like a policy and is none. */
function apart(find: Find): Subject[] {
  const [shell, policy, deny] = productsAs(find)
    .filter(({ name }) => name === 'acme-shell')
    .concat(find(':NetworkPolicy', 'acme-default-deny'))
    .map((each) => changed(each, 'metadata.namespace', 'apart')) as [Subject, Subject, Subject];
  const alike = find(':NetworkPolicy', 'acme-product');
  return [
    copy(shell, 'apart'),
    copy(policy, 'apart', { 'spec.podSelector': {} }),
    copy(deny, 'apart-default-deny'),
    { ...copy(alike, 'alike'), type: 'kubernetes:networking.gke.io/v1alpha1:FQDNNetworkPolicy' },
  ];
}

type Template = {
  metadata: { labels: Fields };
  spec: Fields & { containers: { securityContext: Fields; env: Fields[] }[]; topologySpreadConstraints?: unknown };
};

function silent(template: Template): Template {
  const pod = structuredClone(template);
  for (const { securityContext, env } of pod.spec.containers) {
    delete securityContext['runAsNonRoot'];
    delete securityContext['runAsUser'];
    env.push({ name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } });
  }
  delete pod.spec.topologySpreadConstraints;
  pod.spec['affinity'] = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } };
  return pod;
}

/** Budgets over several of those at once; the product service and its budget are left alone. */
const budgets = Object.entries({
  half: { minAvailable: '50%', selector: { matchExpressions: [{ key: kindLabel, operator: 'Exists' }] } },
  most: { maxUnavailable: '1%', selector: { matchLabels: { [kindLabel]: 'StatefulSet' } } },
  'at-least-one': { minAvailable: 1, selector: amongOthers('In', ['mailer', 'poster']) },
  any: { selector: amongOthers('NotIn', ['ledger']) },
  everybody: {
    maxUnavailable: 1,
    selector: {
      matchExpressions: [
        { key: kindLabel, operator: 'Exists' },
        { key: 'nobody', operator: 'DoesNotExist' },
      ],
    },
  },
}).map(([name, spec]) => {
  const manifest = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'shop' },
    spec,
  };
  return subjectOf(manifest);
});

function amongOthers(operator: string, values: string[]) {
  return {
    matchExpressions: [
      { key: kindLabel, operator: 'Exists' },
      { key: 'app.kubernetes.io/component', operator, values },
    ],
  };
}

export const workloads = (find: Find): Subject[] => [...productsAs(find), ...apart(find), ...budgets];
