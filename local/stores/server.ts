import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endProcess, runningPid, startDaemon, stopDaemon, waitUntil } from '../process.ts';
import type { StoreServer } from './instance.ts';

export type Launch = {
  command: readonly string[];
  /** For what no list of processes may show. */
  env?: Readonly<Record<string, string>>;
  /** What the server reads at its start: another command, environment or config is a restart. */
  config: string;
  /** Files of the last run that would keep the server from starting. */
  stale?: readonly string[];
  answers: () => Promise<boolean>;
  /** How long it may take to its first answer. */
  withinMs: number;
};

/** Starts a store's server unless it runs as asked and answers; waits until it does. */
export async function ensureServer(server: StoreServer, launch: Launch): Promise<'started' | 'running'> {
  if (await runsAsAsked(server, launch)) return 'running';
  await stopServer(server);
  for (const file of launch.stale ?? []) rmSync(file, { force: true });
  const { command, env = {} } = launch;
  await startDaemon({ name: server.name, dir: server.dir, command, env });
  writeFileSync(markOf(server), fingerprint(launch));
  await waitUntil(server.name, launch.answers, { withinMs: launch.withinMs, daemon: server });
  return 'started';
}

async function runsAsAsked(server: StoreServer, launch: Launch): Promise<boolean> {
  const mark = markOf(server);
  const isAsked = existsSync(mark) && readFileSync(mark, 'utf8') === fingerprint(launch);
  if (!isAsked || runningPid(server) === undefined) return false;
  // One that is busy gets the same time as one that starts.
  return waitUntil(server.name, launch.answers, { withinMs: launch.withinMs, daemon: server }).then(
    () => true,
    () => false,
  );
}

const markOf = (server: StoreServer): string => join(server.dir, `${server.name}.launch`);

function fingerprint({ command, env, config }: Launch): string {
  return createHash('sha256')
    .update(JSON.stringify([command, config, ...(env ? [env] : [])]))
    .digest('hex');
}

/** Stops a server, and what is left of one that died uncleanly. */
export async function stopServer(server: StoreServer, graceMs = 15_000): Promise<void> {
  await stopDaemon(server, graceMs, server.stopSignal);
  await endLeftovers(server);
}

/**
 * A killed PostgreSQL leaves children that hold its memory for a moment, and a run of `make` that was killed
 * may leave a server without a pid file. They are known by program and working directory, so no other process is meant.
 */
async function endLeftovers(server: StoreServer): Promise<void> {
  const leftovers = processesIn(server.dataDir, server.executable);
  await Promise.all(leftovers.map((pid) => endProcess(pid, 5000)));
}

/** The pids of a program that works in a folder, whatever path the folder has in that process's own root. */
export function processesIn(folder: string, executable: string): number[] {
  const wanted = identify(folder);
  if (!wanted) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => isExecutable(pid, executable) && identify(join('/proc', pid, 'cwd')) === wanted)
    .map(Number);
}

function isExecutable(pid: string, executable: string): boolean {
  try {
    return basename(readlinkSync(join('/proc', pid, 'exe'))).replace(/ \(deleted\)$/, '') === executable;
  } catch {
    return false;
  }
}

function identify(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
