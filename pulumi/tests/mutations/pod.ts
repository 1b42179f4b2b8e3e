import { type Mutation, values } from './mutation.ts';

const product = 'v1:Deployment acme-product';
const operator = 'v1:Deployment storefront-operator';
/** Its containers leave to the pod what a pod may say. */
const ledger = 'v1:StatefulSet acme-ledger';
const pod = 'spec.template.spec';
const app = `${pod}.containers.0`;
const sidecar = `${pod}.initContainers.0`;

const probe = (path: string) => ({ httpGet: { path, port: 7001 }, periodSeconds: 30 });
const literal = (name: string, value = 'sk_live_1') => ({ name, value });
const kinds = 'cpu memory ephemeral-storage'.split(' ');

/** Every kind that makes pods, each with a container that may do everything. */
const privileged: Mutation[] = Object.entries({
  'v1:Pod acme-shell': 'spec',
  'v1:ReplicationController acme-poster': pod,
  'v1:StatefulSet acme-ledger': pod,
  'v1:DaemonSet acme-agent': pod,
  'v1:ReplicaSet acme-mailer': pod,
  'v1:Job acme-provision': pod,
  'v1:CronJob acme-sweeper': 'spec.jobTemplate.spec.template.spec',
}).map(([resource, way]) => ['pod-not-privileged', resource, `${way}.containers.0.securityContext.privileged`, true]);

const probes: Mutation[] = [
  ['pod-probes', product, `${app}.readinessProbe`, undefined],
  ['pod-probes', product, `${app}.livenessProbe`, undefined],
  ['pod-probes', product, `${sidecar}.livenessProbe`, undefined],
  ['pod-probes-apart', operator, `${app}.livenessProbe`, { httpGet: { path: '/readyz', port: 8081 } }],
  ['pod-probes-apart', product, `${app}.livenessProbe`, probe('/readyz')],
];

export const pods: Mutation[] = [
  ...values('pod-non-root', product, `${app}.securityContext.runAsNonRoot`, false),
  ...values('pod-non-root', ledger, `${pod}.securityContext.runAsNonRoot`, false, undefined),
  ...values('pod-user', product, `${sidecar}.securityContext.runAsUser`, 0, 10_000),
  ...values('pod-user', ledger, `${pod}.securityContext.runAsUser`, 1000, undefined),
  ...values('pod-read-only', product, `${app}.securityContext.readOnlyRootFilesystem`, false, undefined),
  ...values('pod-no-escalation', product, `${sidecar}.securityContext.allowPrivilegeEscalation`, true, undefined),
  ['pod-not-privileged', product, `${app}.securityContext.privileged`, true],
  ...privileged,
  ...values('pod-no-capabilities', product, `${app}.securityContext.capabilities.drop`, ['NET_RAW'], undefined),
  ['pod-no-capabilities', product, `${app}.securityContext.capabilities.add`, ['SYS_ADMIN']],
  ['pod-seccomp', product, `${pod}.securityContext.seccompProfile.type`, 'Unconfined'],
  ['pod-seccomp', product, `${pod}.securityContext.seccompProfile`, undefined],
  ['pod-seccomp', product, `${app}.securityContext.seccompProfile`, { type: 'Unconfined' }],
  ...['hostNetwork', 'hostPID', 'hostIPC'].map((field): Mutation => ['pod-no-host', product, `${pod}.${field}`, true]),
  ['pod-no-host-port', product, `${app}.ports`, [{ containerPort: 7001 }, { containerPort: 7002, hostPort: 7002 }]],
  ['pod-no-host-path', product, `${pod}.volumes.0`, { name: 'host', hostPath: { path: '/' } }],
  ...values('pod-no-token', product, `${pod}.automountServiceAccountToken`, true, undefined),
  ...values('pod-account', product, `${pod}.serviceAccountName`, 'default', undefined),
  ...kinds.map((kind): Mutation => ['pod-requests', product, `${app}.resources.requests.${kind}`, undefined]),
  ...kinds.map((kind): Mutation => ['pod-limits', product, `${sidecar}.resources.limits.${kind}`, undefined]),
  ...probes,
  ...values(
    'pod-image-digest',
    product,
    `${app}.image`,
    'europe-docker.pkg.dev/acme-shop/storefront/storefront:1.4.2',
    `europe-docker.pkg.dev/acme-shop/storefront/storefront:1.4.2@sha256:${'0'.repeat(63)}`,
  ),
  ...values('pod-pull-policy', product, `${app}.imagePullPolicy`, undefined, 'Never'),
  ...['PASSWORD', 'CLIENT_SECRET', 'TOKEN', 'PRIVATE_KEY', 'STRIPE_API_KEY', 'ACCESS_KEY'].map((name): Mutation => [
    'pod-no-secret-in-env',
    product,
    `${app}.env.0`,
    literal(name),
  ]),
  ['pod-no-secret-in-env', product, `${app}.env.0`, literal('STATE_URL', 'rediss://default:hunter2@10.20.3.10:6378')],
];
