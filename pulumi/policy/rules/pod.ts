/** What every pod must be, whoever made it: the union of what kube-score, Polaris, kube-linter and the NSA guide ask for. */
import { anyRule, type Fields, type Registered } from './rule.ts';

export type Container = {
  name: string;
  image?: string;
  imagePullPolicy?: string;
  securityContext?: Fields & { capabilities?: { drop?: string[] }; seccompProfile?: { type?: string } };
  resources?: { requests?: Fields; limits?: Fields };
  ports?: { hostPort?: number }[];
  env?: { name: string; value?: string }[];
  livenessProbe?: Fields;
  readinessProbe?: Fields;
};
export type Pod = Fields & {
  containers: Container[];
  initContainers?: Container[];
  securityContext?: Fields & { seccompProfile?: { type?: string } };
  volumes?: Fields[];
  serviceAccountName?: string;
  topologySpreadConstraints?: unknown[];
  affinity?: { podAntiAffinity?: unknown };
};

/** The pod that a Deployment, StatefulSet, DaemonSet, Job or Pod makes. */
export function podOf({ type, props }: Registered): Pod | undefined {
  if (!/^kubernetes:(apps\/v1:(Deployment|StatefulSet|DaemonSet)|batch\/v1:Job|core\/v1:Pod)$/.test(type))
    return undefined;
  const spec = props['spec'] as Fields;
  return (type.endsWith(':Pod') ? spec : (spec['template'] as Fields)['spec']) as Pod;
}

const containersOf = (pod: Pod): Container[] => [...(pod.initContainers ?? []), ...pod.containers];

/** A rule for pods; `check` says what is wrong. */
const pods = (name: string, description: string, check: (pod: Pod) => string | false | undefined) =>
  anyRule(name, description, (resource) => {
    const pod = podOf(resource);
    return pod && check(pod);
  });

/** A rule for each container, init containers and sidecars too; `holds` is what must be true. */
const containers = (name: string, description: string, holds: (container: Container, pod: Pod) => boolean) =>
  pods(name, description, (pod) => {
    const wrong = containersOf(pod).filter((container) => !holds(container, pod));
    return wrong.length > 0 && `see ${wrong.map((each) => each.name).join(', ')}`;
  });

const needed = ['cpu', 'memory', 'ephemeral-storage'];
const bounded = ['memory', 'ephemeral-storage'];
const secretName = /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$/;

export const podRules = [
  containers(
    'pod-non-root',
    'Nothing runs as root.',
    ({ securityContext }, pod) => (securityContext?.['runAsNonRoot'] ?? pod.securityContext?.['runAsNonRoot']) === true,
  ),
  containers(
    'pod-user',
    'A user that no host knows.',
    ({ securityContext }, pod) =>
      Number(securityContext?.['runAsUser'] ?? pod.securityContext?.['runAsUser'] ?? 0) > 10_000,
  ),
  containers(
    'pod-read-only',
    'The root file system is read-only.',
    ({ securityContext }) => securityContext?.['readOnlyRootFilesystem'] === true,
  ),
  containers(
    'pod-no-escalation',
    'A process gains no rights.',
    ({ securityContext }) => securityContext?.['allowPrivilegeEscalation'] === false,
  ),
  containers(
    'pod-not-privileged',
    'No container is privileged.',
    ({ securityContext }) => securityContext?.['privileged'] !== true,
  ),
  containers(
    'pod-no-capabilities',
    'All capabilities are dropped.',
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') === true,
  ),
  containers(
    'pod-seccomp',
    'System calls are filtered.',
    ({ securityContext }, pod) =>
      (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type === 'RuntimeDefault',
  ),
  pods(
    'pod-no-host',
    'A pod does not share the network, processes or memory of its node.',
    (pod) =>
      ['hostNetwork', 'hostPID', 'hostIPC'].some((field) => pod[field] === true) &&
      'remove hostNetwork, hostPID and hostIPC',
  ),
  containers('pod-no-host-port', 'No port of the node is taken.', ({ ports = [] }) =>
    ports.every(({ hostPort }) => !hostPort),
  ),
  pods(
    'pod-no-host-path',
    'No folder of the node is mounted.',
    ({ volumes = [] }) => volumes.some((volume) => 'hostPath' in volume) && 'remove hostPath',
  ),
  pods(
    'pod-no-token',
    'Only the operator may speak to the API server.',
    (pod) =>
      pod['automountServiceAccountToken'] !== false &&
      pod.serviceAccountName !== 'storefront-operator' &&
      'set automountServiceAccountToken to false',
  ),
  containers('pod-requests', 'The scheduler knows what is needed.', ({ resources }) =>
    needed.every((kind) => resources?.requests?.[kind] !== undefined),
  ),
  containers('pod-limits', 'Nobody eats the memory and disk of all.', ({ resources }) =>
    bounded.every((kind) => resources?.limits?.[kind] !== undefined),
  ),
  containers(
    'pod-probes',
    'Not ready and not alive are two things.',
    ({ livenessProbe, readinessProbe }) =>
      !livenessProbe || !readinessProbe || JSON.stringify(livenessProbe) !== JSON.stringify(readinessProbe),
  ),
  containers('pod-image-digest', 'What runs is named by digest.', ({ image = '' }) =>
    /@sha256:[a-f0-9]{64}$/.test(image),
  ),
  containers(
    'pod-pull-policy',
    'When images are pulled was decided.',
    ({ imagePullPolicy }) => imagePullPolicy !== undefined,
  ),
  containers('pod-no-secret-in-env', 'Secrets are not written into manifests.', ({ env = [] }) =>
    env.every(({ name, value }) => value === undefined || !secretName.test(name)),
  ),
];
