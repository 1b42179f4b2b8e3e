import { network } from './layout.ts';
import { systemImages } from './system-images.ts';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };
const rbac = 'rbac.authorization.k8s.io';

const corefile = `.:5353 {
  errors
  health
  ready
  cache 5
  kubernetes cluster.local in-addr.arpa
}
`;

/** CoreDNS for the cluster's own names. Nothing else can be asked: no interface leads out of the namespace. */
export function dnsManifests(): object[] {
  const named = { name: 'coredns', namespace };
  const account = { kind: 'ServiceAccount', name: 'coredns', namespace };
  const role = { apiGroup: rbac, kind: 'ClusterRole', name: 'storefront:coredns' };
  const port = (protocol: string) => ({ name: `dns-${protocol.toLowerCase()}`, port: 53, targetPort: 5353, protocol });
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: role.name }, rules: dnsRules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: role.name },
      roleRef: role,
      subjects: [account],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: named, data: { Corefile: corefile } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace },
      spec: { clusterIP: network.dns, selector: labels, ports: [port('UDP'), port('TCP')] },
    },
    deployment(named),
  ];
}

const dnsRules = [
  { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

function deployment(metadata: { name: string; namespace: string }): object {
  const container = {
    name: 'coredns',
    image: systemImages.coredns,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 10 },
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
    volumeMounts: [{ name: 'settings', mountPath: '/etc/coredns' }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'coredns',
          dnsPolicy: 'Default',
          priorityClassName: 'system-cluster-critical',
          terminationGracePeriodSeconds: 1,
          containers: [container],
          volumes: [{ name: 'settings', configMap: { name: 'coredns' } }],
        },
      },
    },
  };
}
