import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A process, with what tells where it belongs. `pssBytes`: its own memory and its share of what it shares; `cpuMs`: its processor time
 * since it started, and that of its children that have ended: a connection to PostgreSQL is a process.
 */
export type Process = { pid: number; parent: number; command: string; cgroup: string; pssBytes: number; cpuMs: number };

/** The kernel counts processor time in these for programs, whatever its own clock. */
const tickMs = 10;

/** All processes of the machine that one may look into. */
export function listProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => readProcess(pid) ?? []);
}

function readProcess(pid: string): Process | undefined {
  const read = (file: string) => readFileSync(join('/proc', pid, file), 'utf8');
  try {
    const stat = read('stat');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const parent = Number(fields[1]);
    const cpuMs = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tickMs;
    const kiB = /^Pss:\s+(\d+) kB/m.exec(read('smaps_rollup'))?.[1];
    const command = read('cmdline').replaceAll('\0', ' ').trim();
    return { pid: Number(pid), parent, command, cgroup: read('cgroup'), pssBytes: Number(kiB ?? 0) * 1024, cpuMs };
  } catch {
    return undefined; // it ended meanwhile, or is a thread of the kernel
  }
}
