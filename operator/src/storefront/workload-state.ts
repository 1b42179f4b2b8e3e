/** How a service's Deployment stands, and what keeps its pods from running: pure, from what the cluster reports. */
import type { Manifest } from '../cluster.ts';
import { componentLabel } from '../labels.ts';
import { lastWords } from './last-words.ts';

export type ServiceState = {
  name: string;
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  /** All pods of the newest template run, and none of an older one. */
  isRolledOut: boolean;
  /** Kubernetes gave up on the rollout (`progressDeadlineSeconds`). */
  isStuck: boolean;
  release?: string;
};

/** Something is wrong with a container (or with finding it a place). */
export type PodProblem = { component: string; reason: string; message: string };

type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  conditions?: { type: string; status: string; reason?: string }[];
};

const versionLabel = 'app.kubernetes.io/version';

export function serviceState(deployment: Manifest, pods: readonly Manifest[]): ServiceState {
  const { replicas = 1 } = (deployment.spec ?? {}) as { replicas?: number };
  const status = (deployment.status ?? {}) as DeploymentStatus;
  const name = componentOf(deployment);
  const release = releaseOf(pods.filter((pod) => componentOf(pod) === name && isReady(pod)));
  return {
    name,
    replicas,
    readyReplicas: status.readyReplicas ?? 0,
    ...rolloutOf(deployment.metadata.generation ?? 0, status),
    ...(release === undefined ? {} : { release }),
  };
}

type Rollout = Pick<ServiceState, 'updatedReplicas' | 'isRolledOut' | 'isStuck'>;

function rolloutOf(generation: number, status: DeploymentStatus): Rollout {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, conditions = [] } = status;
  if (observedGeneration < generation) return { updatedReplicas: 0, isRolledOut: false, isStuck: false };
  const progress = conditions.find(({ type }) => type === 'Progressing')?.reason;
  return {
    updatedReplicas,
    isRolledOut: updatedReplicas === replicas && progress === 'NewReplicaSetAvailable',
    isStuck: progress === 'ProgressDeadlineExceeded',
  };
}

/** The release that all these pods run, if it is one. */
function releaseOf(pods: readonly Manifest[]): string | undefined {
  const releases = new Set(pods.map(({ metadata }) => metadata.labels?.[versionLabel]));
  const [release] = releases;
  return releases.size === 1 ? release : undefined;
}

export const componentOf = ({ metadata }: Manifest): string => metadata.labels?.[componentLabel] ?? '';

type ContainerState = {
  waiting?: { reason?: string; message?: string };
  terminated?: { exitCode: number; reason?: string; message?: string };
};
type Container = {
  name: string;
  ready: boolean;
  restartCount: number;
  image: string;
  state?: ContainerState;
  lastState?: ContainerState;
};
type PodStatus = {
  phase?: string;
  scheduled?: { status: string; reason?: string; message?: string };
  containers?: Container[];
};

const statusOf = (pod: Manifest): PodStatus => (pod.status ?? {}) as PodStatus;

const isReady = (pod: Manifest): boolean =>
  statusOf(pod).phase === 'Running' && (statusOf(pod).containers ?? []).every(({ ready }) => ready);

/** One problem per component at most, the same words for as long as it is the same problem. */
export function podProblems(pods: readonly Manifest[]): PodProblem[] {
  const found = new Map<string, PodProblem>();
  for (const pod of pods) {
    const problem = pod.metadata.deletionTimestamp === undefined ? problemOf(pod) : undefined;
    if (problem !== undefined && !found.has(problem.component)) found.set(problem.component, problem);
  }
  return [...found.values()].toSorted((a, b) => (a.component < b.component ? -1 : 1));
}

function problemOf(pod: Manifest): PodProblem | undefined {
  const component = componentOf(pod);
  const { scheduled, containers = [] } = statusOf(pod);
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable')
    return {
      component,
      reason: 'Unschedulable',
      message: `${component}: no node takes its pod: ${scheduled.message ?? ''}`,
    };
  for (const container of containers) {
    const problem = containerProblem(container);
    if (problem)
      return {
        component,
        reason: problem.reason,
        message: `${component}, container "${container.name}": ${problem.message}`,
      };
  }
  return undefined;
}

const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
]);
const startReasons = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function containerProblem(container: Container): { reason: string; message: string } | undefined {
  const { waiting } = container.state ?? {};
  const reason = waiting?.reason ?? '';
  // The kubelet alternates between the attempt and the pause after it; for us it is one problem.
  if (pullReasons.has(reason))
    return { reason: 'ImagePullBackOff', message: `image "${container.image}" cannot be pulled` };
  if (startReasons.has(reason)) return { reason, message: waiting?.message ?? reason };
  return isCrashing(container) ? { reason: 'CrashLoopBackOff', message: crashOf(container) } : undefined;
}

/** Between two crashes a container looks as if it ran; from the second on it counts as crashing until it is ready. */
function isCrashing(container: Container): boolean {
  if (container.state?.waiting?.reason === 'CrashLoopBackOff') return true;
  return !container.ready && container.restartCount >= 2 && (endOf(container)?.exitCode ?? 0) !== 0;
}

const endOf = ({ state, lastState }: Container) => state?.terminated ?? lastState?.terminated;

function crashOf(container: Container): string {
  const end = endOf(container);
  if (end === undefined) return 'ends again and again';
  const why = end.reason === 'OOMKilled' ? 'it was out of memory' : `exit code ${end.exitCode}`;
  return `ends again and again: ${why}${said(end.message)}`;
}

/** Why a Job's pod failed, in the words of its own log (`terminationMessagePolicy: FallbackToLogsOnError`). */
export function failureOf(pods: readonly Manifest[]): string | undefined {
  const ends = pods
    .flatMap((pod) => statusOf(pod).containers ?? [])
    .map((container) => ({ name: container.name, end: endOf(container) }));
  const failed = ends.find(({ end }) => end !== undefined && end.exitCode !== 0);
  return failed?.end && `container "${failed.name}": exit code ${failed.end.exitCode}${said(failed.end.message)}`;
}

function said(message: string | undefined): string {
  const words = lastWords(message);
  return words === '' ? '' : `: ${words}`;
}
