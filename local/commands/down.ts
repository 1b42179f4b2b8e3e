import { readFileSync } from 'node:fs';
import { stopCluster } from '../cluster/cluster.ts';
import type { Options } from '../command.ts';
import { stopEdge } from '../edge/edge.ts';
import { withLock } from '../lock.ts';
import { networkExists, namespace, removeNetwork } from '../network.ts';
import { storeInstances } from '../paths.ts';
import { execute } from '../process.ts';
import { runSteps } from '../steps.ts';
import { stopStores } from '../stores/stores.ts';

/** Stops everything that this checkout and the machine's cluster run; data is kept. */
export async function run(_options: Options): Promise<void> {
  await withLock('down', stopEverything);
}

export async function stopEverything(): Promise<void> {
  await runSteps([
    { name: 'edge', run: stopEdge },
    { name: 'cluster', run: stopCluster },
    { name: 'stores', run: stopAllStores },
    { name: 'network', run: leaveNetwork },
  ]);
}

async function stopAllStores(): Promise<void> {
  for (const instance of storeInstances) await stopStores(instance);
}

/** Removes the namespace, unless another checkout's stores are in it. */
async function leaveNetwork(): Promise<string> {
  if (!networkExists()) return 'absent';
  const pids = (await execute(['ip', 'netns', 'pids', namespace.name])).split('\n').filter(Boolean);
  if (pids.length > 0) return `kept: in it are still ${[...new Set(pids.map(programOf))].join(', ')} of others`;
  await removeNetwork();
  return 'removed';
}

function programOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return `pid ${pid}`;
  }
}
