import { componentLabel } from '@storefront/operator/labels';
import { createKubectl } from '../../cluster/kubectl.ts';
import { runningPid } from '../../process.ts';
import type { Pod } from '../../shop/pods.ts';
import { groupOf, sumBy } from '../../status/memory.ts';
import { listProcesses } from '../../status/processes.ts';
import { simulatorNames } from '../../stores/simulators.ts';
import { storeServers } from '../../stores/stores.ts';

/** Processor milliseconds by what used them: services, their sidecars, stores. Nothing else is the shop. */
export type Parts = Readonly<Record<string, number>>;

const notTheShop = new Set<string>(['kubernetes', 'operator', ...simulatorNames]);

/** Since the processes started. */
export async function readCpuByPart(): Promise<Parts> {
  const pods = await createKubectl().get<{ items: Pod[] }>(['pods', '--all-namespaces']);
  const roots = storeServers('shop').flatMap((server) => {
    const pid = runningPid(server);
    return pid === undefined ? [] : [[pid, partOfStore(server.name)] as const];
  });
  const sum = { roots: new Map(roots), nameOf: partOfContainer, of: ({ cpuMs }: { cpuMs: number }) => cpuMs };
  const sums = sumBy(listProcesses(), pods?.items ?? [], sum);
  return Object.fromEntries([...sums].filter(([part]) => !notTheShop.has(part)));
}

/** Shards do the same work, and so do their replicas. */
export function partOfStore(server: string): string {
  if (!server.startsWith('orders-')) return server;
  return server.endsWith('-replica') ? 'orders replicas' : 'orders shards';
}

export function partOfContainer(pod: Pod, container: string): string {
  const group = groupOf(pod, container);
  if (group === 'services') return pod.metadata.labels?.[componentLabel] ?? group;
  return group === 'consul' || group === 'nginx' ? `${group} sidecars` : group;
}

/** What of it a span cost beyond what the parts use when nobody asks for anything. */
export function costOf(before: Parts, after: Parts, idle: { perSecond: Parts; seconds: number }): Parts {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    Array.from(names, (part) => {
      const used = (after[part] ?? 0) - (before[part] ?? 0);
      return [part, used - (idle.perSecond[part] ?? 0) * idle.seconds];
    }),
  );
}

export const sumOf = (parts: Parts): number => Object.values(parts).reduce((sum, ms) => sum + ms, 0);
export const eachOf = (parts: Parts, count: number): Parts =>
  Object.fromEntries(Object.entries(parts).map(([part, ms]) => [part, ms / count]));
