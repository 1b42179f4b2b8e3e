/** What every pod must be, whoever made it: the union of what kube-score, Polaris, kube-linter and the NSA guide ask for. */
import { isJob, isOperator, podOf } from './manifest.ts';
import { anyRule, type Fields, type Found, isGiven, type Registered } from './rule.ts';

type Probe = Fields & { httpGet?: Fields };
export type Container = {
  name: string;
  image?: string;
  imagePullPolicy?: string;
  /** `Always` makes an init container a sidecar: it runs beside the others until they end. */
  restartPolicy?: string;
  securityContext?: Fields & { capabilities?: { drop?: string[]; add?: string[] }; seccompProfile?: { type?: string } };
  resources?: { requests?: Fields; limits?: Fields };
  ports?: { hostPort?: number }[];
  env?: { name: string; value?: string }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
};
export type Pod = Fields & {
  containers?: Container[];
  initContainers?: Container[];
  securityContext?: Fields & { seccompProfile?: { type?: string } };
  volumes?: Fields[];
  serviceAccountName?: string;
  topologySpreadConstraints?: unknown[];
  affinity?: { podAntiAffinity?: unknown };
};

type Check = (pod: Pod, resource: Registered) => Found;
/** What a container must do; `pod` is the one around it. */
type Holds = (container: Container, pod: Pod) => boolean;

/** A rule for pods. */
const pods = (name: string, description: string, ...checks: Check[]) =>
  anyRule(
    name,
    description,
    ...checks.map((check) => (resource: Registered) => {
      const pod = podOf(resource);
      return pod && check(pod, resource);
    }),
  );

/** A check of each container of the pod, init containers and sidecars too. */
const each =
  (advice: string, holds: Holds): Check =>
  (pod) =>
    [...(pod.initContainers ?? []), ...(pod.containers ?? [])]
      .filter((container) => !holds(container, pod))
      .map(({ name }) => `${name}: ${advice}`);

const containers = (name: string, description: string, advice: string, holds: Holds) =>
  pods(name, description, each(advice, holds));

const needed = ['cpu', 'memory', 'ephemeral-storage'];
const secretNames = ['PASSWORD', 'SECRET', 'TOKEN', 'PRIVATE_KEY', 'API_KEY', 'ACCESS_KEY'];

/** How a container is asked, without how often. */
const asked = (probe: Probe | undefined): string => {
  const { httpGet, tcpSocket, exec, grpc } = probe ?? {};
  return JSON.stringify([httpGet, tcpSocket, exec, grpc]);
};

export const podRules = [
  containers(
    'pod-non-root',
    'Nothing runs as root.',
    'set securityContext.runAsNonRoot to true',
    ({ securityContext }, pod) => (securityContext?.['runAsNonRoot'] ?? pod.securityContext?.['runAsNonRoot']) === true,
  ),
  containers(
    'pod-user',
    'A user that no host knows.',
    'set securityContext.runAsUser above 10000',
    ({ securityContext }, pod) => Number(securityContext?.['runAsUser'] ?? pod.securityContext?.['runAsUser']) > 10_000,
  ),
  containers(
    'pod-read-only',
    'The root file system is read-only.',
    'set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it writes',
    ({ securityContext }) => securityContext?.['readOnlyRootFilesystem'] === true,
  ),
  containers(
    'pod-no-escalation',
    'A process gains no rights.',
    'set securityContext.allowPrivilegeEscalation to false',
    ({ securityContext }) => securityContext?.['allowPrivilegeEscalation'] === false,
  ),
  containers(
    'pod-not-privileged',
    'No container is privileged.',
    'take securityContext.privileged away',
    ({ securityContext }) => securityContext?.['privileged'] !== true,
  ),
  pods(
    'pod-no-capabilities',
    'All capabilities are dropped.',
    each(
      'add ALL to securityContext.capabilities.drop',
      ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') === true,
    ),
    each(
      'take securityContext.capabilities.add away',
      ({ securityContext }) => (securityContext?.capabilities?.add ?? []).length === 0,
    ),
  ),
  containers(
    'pod-seccomp',
    'System calls are filtered.',
    'set securityContext.seccompProfile.type to RuntimeDefault',
    ({ securityContext }, pod) =>
      (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type === 'RuntimeDefault',
  ),
  pods('pod-no-host', 'A pod does not share the network, processes or memory of its node.', (pod) =>
    ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod[field] === true).map((field) => `take ${field} away`),
  ),
  containers('pod-no-host-port', 'No port of the node is taken.', 'take hostPort from ports', ({ ports = [] }) =>
    ports.every(({ hostPort }) => !hostPort),
  ),
  pods('pod-no-host-path', 'No folder of the node is mounted.', ({ volumes = [] }) =>
    volumes.filter((volume) => 'hostPath' in volume).map(({ name }) => `take the volume ${String(name)} away`),
  ),
  pods(
    'pod-no-token',
    'Only the operator may speak to the API server.',
    (pod, resource) =>
      pod['automountServiceAccountToken'] !== false &&
      !isOperator(resource) &&
      'set automountServiceAccountToken to false',
  ),
  pods(
    'pod-account',
    'A pod has an account of its own, so that rights can be given to it alone.',
    ({ serviceAccountName = 'default' }) => serviceAccountName === 'default' && 'set serviceAccountName',
  ),
  pods(
    'pod-requests',
    'The scheduler knows what is needed.',
    ...needed.map((kind) =>
      each(`set resources.requests.${kind}`, ({ resources }) => isGiven(() => resources?.requests?.[kind])),
    ),
  ),
  pods(
    'pod-limits',
    'Nobody eats the CPU, memory and disk of all.',
    ...needed.map((kind) =>
      each(`set resources.limits.${kind}`, ({ resources }) => isGiven(() => resources?.limits?.[kind])),
    ),
  ),
  pods(
    'pod-probes',
    'Kubernetes sees who is not ready, and who hangs.',
    ({ containers: main = [] }, resource) =>
      !isJob(resource) &&
      main.filter(({ readinessProbe }) => !readinessProbe).map(({ name }) => `${name}: add a readinessProbe`),
    ({ containers: main = [], initContainers = [] }, resource) => {
      const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
      const mute = [...main, ...sidecars].filter(({ livenessProbe }) => !livenessProbe);
      return !isJob(resource) && mute.map(({ name }) => `${name}: add a livenessProbe`);
    },
  ),
  containers(
    'pod-probes-apart',
    'Not ready and not alive are two things: who waits for another must not be restarted.',
    'ask livenessProbe and readinessProbe differently',
    ({ livenessProbe, readinessProbe }) => !livenessProbe || asked(livenessProbe) !== asked(readinessProbe),
  ),
  containers('pod-image-digest', 'What runs is named by digest.', 'add @sha256:… to the image', ({ image = '' }) =>
    /@sha256:[a-f0-9]{64}$/.test(image),
  ),
  containers(
    'pod-pull-policy',
    'When images are pulled was decided.',
    'set imagePullPolicy to IfNotPresent or Always',
    ({ imagePullPolicy = 'Never' }) => imagePullPolicy !== 'Never',
  ),
  pods(
    'pod-no-secret-in-env',
    'Secrets are not written into manifests.',
    each('take the secret from env: mount it as a file', ({ env = [] }) =>
      env.every(({ name, value }) => value === undefined || !secretNames.some((end) => name?.endsWith(end))),
    ),
    each('take the password from the URL in env: mount it as a file', ({ env = [] }) =>
      env.every(({ value }) => !/:\/\/[^/\s:@]*:[^/\s@]+@/.test(value ?? '')),
    ),
  ),
];
