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

export const isReady = ({ status }: Pick<Pod, 'status'>): boolean =>
  status.conditions?.some(({ type, status: answer }) => type === 'Ready' && answer === 'True') ?? false;

/** Ready, and meant to stay so: a pod that ends is ready while it drains. */
export const isServing = (pod: Pick<Pod, 'metadata' | 'status'>): boolean =>
  pod.metadata.deletionTimestamp === undefined && isReady(pod);

/** Why a pod does not serve yet, in a few words; undefined when it does, or has done its work. */
export function whyNotReady(pod: Pod): string | undefined {
  if (pod.status.phase === 'Succeeded' || isReady(pod)) return undefined;
  if (pod.metadata.deletionTimestamp) return 'is ending';
  return whyUnscheduled(pod) ?? whyContainers(pod) ?? 'starts';
}

function whyUnscheduled({ status }: Pod): string | undefined {
  const refusal = status.conditions?.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  return refusal && (refusal.message ?? 'no node takes it');
}

function whyContainers(pod: Pod): string | undefined {
  const setUps = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy !== 'Always');
  for (const container of containersOf(pod)) {
    const isSetUp = setUps.some(({ name }) => name === container.name);
    const reason = container.ready ? undefined : whyContainer(container.state ?? {}, isSetUp);
    if (reason) return `${container.name}: ${reason}${lastEnd(container)}`;
  }
  return undefined;
}

function whyContainer({ terminated, waiting }: ContainerState, isSetUp: boolean): string | undefined {
  if (terminated) return isSetUp && terminated.exitCode === 0 ? undefined : `ended with ${terminated.exitCode}`;
  if (waiting?.reason === 'PodInitializing') return undefined; // what it waits for is told by another container
  return waiting ? (waiting.reason ?? 'waits') : 'not ready';
}

function lastEnd({ lastState }: ContainerStatus): string {
  return lastState?.terminated ? `, last time ended with ${lastState.terminated.exitCode}` : '';
}
