/** The objects of which the operator's installation consists. The chart and install.yaml are both made of these, so they cannot differ. */
import { componentLabel } from '../labels.ts';
import { permissions } from '../permissions.ts';
import { containerSecurity, podSecurity } from '../storefront/pod/security.ts';

/** Values of an installation, or the template expressions that stand for them in the chart. */
export type Settings = {
  namespace: string;
  image: string;
  imagePullPolicy: string;
  imagePullSecrets: unknown;
  logLevel: string;
  workers: string;
  resources: unknown;
  nodeSelector: unknown;
  tolerations: unknown;
};

export const operatorName = 'storefront-operator';
export const healthPort = 8081;

const selector = { 'app.kubernetes.io/name': operatorName };
const labels = { ...selector, 'app.kubernetes.io/part-of': 'storefront', [componentLabel]: 'operator' };

const clusterWide = { name: operatorName, labels };
const metadataIn = (namespace: string) => ({ name: operatorName, namespace, labels });

/** By the file of the chart that holds it. */
export function operatorObjects(settings: Settings): Record<string, object> {
  const metadata = metadataIn(settings.namespace);
  return {
    'service-account': { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    'cluster-role': {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: clusterWide,
      rules: permissions,
    },
    'cluster-role-binding': {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: clusterWide,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: operatorName },
      subjects: [{ kind: 'ServiceAccount', name: operatorName, namespace: settings.namespace }],
    },
    deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deploymentSpec(settings) },
    'network-policy': { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: edges },
    'disruption-budget': {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
    },
  };
}

function deploymentSpec(settings: Settings) {
  return {
    replicas: 1,
    // Never two: the old one has let go before the new one begins.
    strategy: { type: 'Recreate' },
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: operatorName,
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 30,
        securityContext: podSecurity,
        imagePullSecrets: settings.imagePullSecrets,
        nodeSelector: settings.nodeSelector,
        tolerations: settings.tolerations,
        containers: [container(settings)],
        volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '32Mi' } }],
      },
    },
  };
}

function container({ image, imagePullPolicy, logLevel, workers, resources }: Settings) {
  const probe = (path: string) => ({ httpGet: { path, port: healthPort } });
  return {
    name: 'operator',
    image,
    imagePullPolicy,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    command: ['node', '--max-old-space-size=320', 'operator/src/main.ts'],
    env: [
      { name: 'LOG_LEVEL', value: logLevel },
      { name: 'HEALTH_PORT', value: String(healthPort) },
      { name: 'WORKERS', value: workers },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    ports: [{ name: 'health', containerPort: healthPort }],
    startupProbe: { ...probe('/livez'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2 },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, timeoutSeconds: 5 },
    securityContext: containerSecurity,
    resources,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

/** In: probes and scrapers. Out: names, and the API server, whose address differs from cluster to cluster. */
const edges = {
  podSelector: { matchLabels: selector },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ ports: [{ protocol: 'TCP', port: healthPort }] }],
  egress: [
    {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    {
      ports: [
        { protocol: 'TCP', port: 443 },
        { protocol: 'TCP', port: 6443 },
      ],
    },
  ],
};
