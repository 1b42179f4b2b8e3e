import type { Storefront } from '@storefront/crds';
import { allPrograms, clusterIsHealthy } from '../cluster/cluster.ts';
import { createKubectl, type Kubectl, type Target } from '../cluster/kubectl.ts';
import { edgePids } from '../edge/edge.ts';
import { networkExists } from '../network.ts';
import { storeInstances } from '../paths.ts';
import { runningPid } from '../process.ts';
import { isReady, type Pod, restartsOf, whyNotReady } from '../shop/pods.ts';
import type { StoreServer } from '../stores/instance.ts';
import { simulatorNames } from '../stores/simulators.ts';
import { storeServers } from '../stores/stores.ts';
import { groupCpu, groupMemory, type Memory, type MemoryGroup } from './memory.ts';
import { listProcesses } from './processes.ts';

/** What `make status` knows; with JSON=1 it is printed as it is. */
export type Report = {
  cluster: 'healthy' | 'unhealthy' | 'stopped';
  storefronts: StorefrontReport[];
  pods: { namespace: string; name: string; isReady: boolean; restarts: number; why?: string }[];
  stores: { instance: string; name: string; isRunning: boolean }[];
  memory: Memory;
  /** Processor milliseconds since the processes started. */
  cpu: Memory;
};
type StorefrontReport = {
  namespace: string;
  name: string;
  url?: string;
  conditions: { type: string; status: string; reason: string; message: string }[];
};
type Listed<Kind> = { items: (Kind & { metadata: { namespace: string } })[] };

export async function readReport(target: Target = {}): Promise<Report> {
  const cluster = await readCluster(target);
  const kubectl = cluster === 'stopped' ? undefined : createKubectl(target);
  const pods = (await list<Pod>(kubectl, 'pods')).filter(({ status }) => status.phase !== 'Succeeded');
  const storefronts = await list<Storefront>(kubectl, 'storefronts');
  const processes = listProcesses();
  return {
    cluster,
    storefronts: storefronts.map(({ metadata, status }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      conditions: status?.conditions ?? [],
      ...(status?.url ? { url: status.url } : {}),
    })),
    pods: pods.map((pod) => {
      const why = whyNotReady(pod);
      const { namespace, name } = pod.metadata;
      return { namespace, name, isReady: isReady(pod), restarts: restartsOf(pod), ...(why ? { why } : {}) };
    }),
    stores: storeInstances.flatMap((instance) =>
      storeServers(instance).map((server) => ({
        instance,
        name: server.name,
        isRunning: runningPid(server) !== undefined,
      })),
    ),
    memory: groupMemory(processes, pods, roots()),
    cpu: groupCpu(processes, pods, roots()),
  };
}

async function readCluster({ context }: Target): Promise<Report['cluster']> {
  if (context !== undefined) return 'healthy';
  if (!networkExists() || allPrograms().every(({ identity }) => runningPid(identity) === undefined)) return 'stopped';
  return (await clusterIsHealthy()) ? 'healthy' : 'unhealthy';
}

/** Nothing where the cluster does not answer, or does not know the kind yet. */
async function list<Kind>(kubectl: Kubectl | undefined, kind: string): Promise<Listed<Kind>['items']> {
  const listed = await kubectl?.get<Listed<Kind>>([kind, '--all-namespaces']).catch(() => undefined);
  return listed?.items ?? [];
}

/** Elsewhere than on this machine the simulators are companies, whose memory is no shop's. */
const groupOf = ({ name }: StoreServer): MemoryGroup =>
  simulatorNames.some((simulator) => simulator === name) ? 'simulators' : 'stores';

function roots(): Map<number, MemoryGroup> {
  const known: [number | undefined, MemoryGroup][] = [
    ...allPrograms().map(({ identity }) => [runningPid(identity), 'kubernetes'] as [number | undefined, MemoryGroup]),
    ...storeServers('shop').map((server) => [runningPid(server), groupOf(server)] as [number | undefined, MemoryGroup]),
    ...edgePids().map((pid) => [pid, 'edge'] as [number, MemoryGroup]),
  ];
  return new Map(known.filter((entry): entry is [number, MemoryGroup] => entry[0] !== undefined));
}
