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
  return sumByGroup(processes, pods, { roots, of: ({ pssBytes }) => pssBytes });
}

/** Processor milliseconds by what used them. */
export function groupCpu(processes: readonly Process[], pods: readonly Pod[], roots: Roots): Memory {
  return sumByGroup(processes, pods, { roots, of: ({ cpuMs }) => cpuMs });
}

type Sum = { roots: Roots; of: (process: Process) => number };

function sumByGroup(processes: readonly Process[], pods: readonly Pod[], { roots, of }: Sum): Memory {
  const memory = Object.fromEntries(memoryGroups.map((group) => [group, 0])) as Memory;
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const containers = groupContainers(pods);
  for (const process of processes) {
    const group = groupOfPod(process, containers) ?? groupOfAncestor(process, byPid, roots) ?? groupOfShim(process);
    if (group) memory[group] += of(process);
  }
  return memory;
}

function groupContainers(pods: readonly Pod[]): Map<string, MemoryGroup> {
  const entries = pods.flatMap((pod) =>
    containersOf(pod).map(
      ({ name, containerID = '' }) => [containerID.split('//')[1] ?? '', groupOf(pod, name)] as const,
    ),
  );
  return new Map(entries);
}

function groupOf({ metadata }: Pod, container: string): MemoryGroup {
  if (metadata.labels?.['storefront.dev/storefront'] === undefined)
    return metadata.labels?.['app.kubernetes.io/part-of'] === 'storefront' ? 'operator' : 'kubernetes';
  return container === 'consul' || container === 'nginx' ? container : 'services';
}

/** What runs in a pod but in no container that the API server knows is the pod's own: pause. */
function groupOfPod({ cgroup }: Process, containers: ReadonlyMap<string, MemoryGroup>): MemoryGroup | undefined {
  const path = cgroup.split('\n').find((line) => line.includes('/kubepods'));
  if (path === undefined) return undefined;
  return containers.get(path.split('/').at(-1) ?? '') ?? 'kubernetes';
}

function groupOfAncestor(process: Process, byPid: ReadonlyMap<number, Process>, roots: Roots): MemoryGroup | undefined {
  for (let at: Process | undefined = process; at; at = byPid.get(at.parent)) {
    const group = roots.get(at.pid);
    if (group) return group;
  }
  return undefined;
}

const groupOfShim = ({ command }: Process): MemoryGroup | undefined =>
  command.includes('containerd-shim') && command.includes('/run/storefront/') ? 'kubernetes' : undefined;
