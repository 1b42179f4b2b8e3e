import { readlinkSync } from 'node:fs';
import { executeInside } from '../network.ts';
import { processesIn } from './server.ts';
import { runningPid } from '../process.ts';
import { Failure } from '../steps.ts';
import type { Instance, StoreServer } from './instance.ts';

/** The namespace is the machine's, the stores are a checkout's: two checkouts cannot serve the same address. */
export async function refuseForeignServers(instance: Instance, servers: readonly StoreServer[]): Promise<void> {
  const listening = await executeInside(['ss', '-Hltnp', 'src', instance.address]);
  const own = new Set(servers.flatMap(ownPids));
  const foreign = readListeners(listening).find(({ pid }) => !own.has(pid));
  if (!foreign) return;
  const folder = workingFolder(foreign.pid);
  throw new Failure(
    `${instance.address}:${foreign.port} in the namespace is held by pid ${foreign.pid} (${foreign.program}${folder}): another checkout's stores run.`,
    `Stop them there first: make down`,
  );
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

function workingFolder(pid: number): string {
  try {
    return `, in ${readlinkSync(`/proc/${pid}/cwd`)}`;
  } catch {
    return '';
  }
}
