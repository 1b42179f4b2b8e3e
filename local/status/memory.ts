import { storefrontLabel } from '@storefront/operator/labels';
import type { Pod } from '../shop/pods.ts';
import { containersOf } from '../shop/pods.ts';
import type { Process } from './processes.ts';

/** Memory by what uses it, in bytes of PSS. */
export type Memory = Record<MemoryGroup, number>;
export const memoryGroups = [
  'services',
  'consul',
  'nginx',
  'operator',
  'stores',
  'simulators',
  'kubernetes',
  'edge',
] as const;
export type MemoryGroup = (typeof memoryGroups)[number];

/** Processes that are known by their pid; their children belong to them. */
export type Roots = ReadonlyMap<number, MemoryGroup>;

/** Sums the memory of everything that makes up the shop; other processes of the machine do not count. */
export function groupMemory(processes: readonly Process[], pods: readonly Pod[], roots: Roots): Memory {
  return inGroups(sumBy(processes, pods, { roots, nameOf: groupOf, of: ({ pssBytes }) => pssBytes }));
}

/** Processor milliseconds by what used them. */
export function groupCpu(processes: readonly Process[], pods: readonly Pod[], roots: Roots): Memory {
  return inGroups(sumBy(processes, pods, { roots, nameOf: groupOf, of: ({ cpuMs }) => cpuMs }));
}

const inGroups = (sums: ReadonlyMap<string, number>): Memory =>
  Object.fromEntries(memoryGroups.map((group) => [group, sums.get(group) ?? 0])) as Memory;

export type Sum = {
  /** What the processes of these pids, and their children, belong to. */
  roots: ReadonlyMap<number, string>;
  /** What a container belongs to. */
  nameOf: (pod: Pod, container: string) => string;
  of: (process: Process) => number;
};

/** Sums of processes by what they belong to. */
export function sumBy(
  processes: readonly Process[],
  pods: readonly Pod[],
  { roots, nameOf, of }: Sum,
): Map<string, number> {
  const sums = new Map<string, number>();
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const containers = nameContainers(pods, nameOf);
  for (const process of processes) {
    const name = nameByPod(process, containers) ?? nameByAncestor(process, byPid, roots) ?? groupOfShim(process);
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + of(process));
  }
  return sums;
}

function nameContainers(pods: readonly Pod[], nameOf: Sum['nameOf']): Map<string, string> {
  const entries = pods.flatMap((pod) =>
    containersOf(pod).map(
      ({ name, containerID = '' }) => [containerID.split('//')[1] ?? '', nameOf(pod, name)] as const,
    ),
  );
  return new Map(entries);
}

export function groupOf({ metadata }: Pod, container: string): MemoryGroup {
  if (metadata.labels?.[storefrontLabel] === undefined)
    return metadata.labels?.['app.kubernetes.io/part-of'] === 'storefront' ? 'operator' : 'kubernetes';
  return container === 'consul' || container === 'nginx' ? container : 'services';
}

/** What runs in a pod but in no container that the API server knows is the pod's own: pause. */
function nameByPod({ cgroup }: Process, containers: ReadonlyMap<string, string>): string | undefined {
  const path = cgroup.split('\n').find((line) => line.includes('/kubepods'));
  if (path === undefined) return undefined;
  return containers.get(path.split('/').at(-1) ?? '') ?? 'kubernetes';
}

function nameByAncestor(
  process: Process,
  byPid: ReadonlyMap<number, Process>,
  roots: Sum['roots'],
): string | undefined {
  for (let at: Process | undefined = process; at; at = byPid.get(at.parent)) {
    const name = roots.get(at.pid);
    if (name !== undefined) return name;
  }
  return undefined;
}

const groupOfShim = ({ command }: Process): MemoryGroup | undefined =>
  command.includes('containerd-shim') && command.includes('/run/storefront/') ? 'kubernetes' : undefined;
