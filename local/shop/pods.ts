/** The part of a Pod that tells how it is. */
export type Pod = {
  metadata: { name: string; uid?: string; labels?: Record<string, string>; deletionTimestamp?: string };
  spec?: { initContainers?: { name: string; restartPolicy?: string }[] };
  status: {
    phase: string;
    podIP?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
};

export type ContainerStatus = {
  name: string;
  ready: boolean;
  restartCount: number;
  containerID?: string;
  state?: ContainerState;
  lastState?: ContainerState;
};
type ContainerState = {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { reason?: string; exitCode: number };
};

export const containersOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

export const restartsOf = (pod: Pod): number =>
  containersOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0);

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: answer }) => type === 'Ready' && answer === 'True') ?? false;

/** Why a pod does not serve yet, in a few words; undefined when it does, or has done its work. */
export function whyNotReady(pod: Pod): string | undefined {
  if (pod.status.phase === 'Succeeded' || isReady(pod)) return undefined;
  if (pod.metadata.deletionTimestamp) return 'is ending';
  const unscheduled = pod.status.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return unscheduled.message ?? 'no node takes it';
  const sidecars = new Set(
    pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy).map(({ name }) => name),
  );
  for (const container of containersOf(pod)) {
    const reason = whyContainer(container, sidecars.has(container.name));
    if (reason) return `${container.name}: ${reason}`;
  }
  return 'starts';
}

function whyContainer({ ready, state, lastState }: ContainerStatus, isSidecar: boolean): string | undefined {
  const ended = state?.terminated;
  if (ended) return ended.exitCode === 0 && !isSidecar ? undefined : `ended with ${ended.exitCode}`;
  const waits = state?.waiting;
  // PodInitializing: what it waits for is told by another container.
  if (ready || waits?.reason === 'PodInitializing') return undefined;
  const reason = waits ? (waits.reason ?? 'waits') : 'not ready';
  const last = lastState?.terminated;
  return last ? `${reason}, last time ended with ${last.exitCode}` : reason;
}
