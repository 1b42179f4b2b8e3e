import { readlinkSync } from 'node:fs';
import { edgePids } from '../edge/edge.ts';
import { executeInside } from '../network.ts';
import { ports } from '../paths.ts';
import { processesIn } from './server.ts';
import { runningPid } from '../process.ts';
import { Failure } from '../steps.ts';
import type { Instance, StoreServer } from './instance.ts';

/** The namespace is the machine's, the stores are a checkout's: two checkouts cannot serve the same address. */
export async function refuseForeignServers(instance: Instance, servers: readonly StoreServer[]): Promise<void> {
  const listening = await executeInside(['ss', '-Hltnp', 'src', instance.address]);
  const own = new Set([...servers.flatMap(ownPids), ...edgePids()]);
  const foreign = readListeners(listening).filter(({ port, pid }) => isOfStores(port) && !own.has(pid));
  const [first] = foreign;
  if (!first) return;
  throw new Failure(
    `another checkout's stores run at ${instance.address} (${first.program}, pid ${first.pid}).`,
    `Stop them there first: make -C ${foreign.map(checkoutOf).find(Boolean) ?? '<that checkout>'} down`,
  );
}

/** Others may listen there at any free port: simulators of a test's own do. */
export function isOfStores(port: number): boolean {
  return numbersIn(ports).includes(port);
}

function numbersIn(value: unknown): number[] {
  return typeof value === 'number' ? [value] : Object.values(value as object).flatMap(numbersIn);
}

function ownPids(server: StoreServer): number[] {
  const pid = runningPid(server);
  return [...(pid === undefined ? [] : [pid]), ...processesIn(server.dataDir, server.executable)];
}

/** Reads `ss -Hltnp`: who listens where. */
export function readListeners(text: string): { port: number; program: string; pid: number }[] {
  const pattern = /\S+:(\d+)\s+\S+\s+users:\(\("([^"]+)",pid=(\d+)/g;
  return [...text.matchAll(pattern)].map(([, port, program, pid]) => ({
    port: Number(port),
    program: String(program),
    pid: Number(pid),
  }));
}

/** Seen by those servers that work in their folder of the checkout as the host knows it. */
function checkoutOf({ pid }: { pid: number }): string | undefined {
  try {
    return /^(.+)\/\.local\/stores\//.exec(readlinkSync(`/proc/${pid}/cwd`))?.[1];
  } catch {
    return undefined;
  }
}
