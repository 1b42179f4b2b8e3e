import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { eventually, type Pod } from './cluster.ts';

type Shard = 'orders-1' | 'orders-2' | 'orders-3';
export type StoreName =
  | ('postgres' | 'ferretdb' | 'cache' | 'state' | 'consul' | 'stripe' | 'carrier')
  | ('customers' | Shard | `${Shard}-replica` | 'rabbitmq' | 'epmd' | 'mail');

/** Where the tests' stores keep their data, each in a folder of its name. */
export const storesFolder = dirname(process.env['STOREFRONT_TEST_STORES'] ?? '.');
const runFolder = join(storesFolder, 'run');
const revive = join(import.meta.dirname, '../../local/stores/revive.ts');

/** Ends one of the tests' stores as a crash does; `reviveStores` brings it back with its data. */
export async function killStore(name: StoreName): Promise<void> {
  const [pid] = readFileSync(join(runFolder, `${name}.pid`), 'utf8').split(' ');
  process.kill(Number(pid), 'SIGKILL');
  await eventually(async () => expectEnded(Number(pid)), { within: 5_000 });
}

export async function reviveStores(): Promise<void> {
  await promisify(execFile)(process.execPath, [revive]);
}

async function expectEnded(pid: number): Promise<void> {
  const isThere = readFileIfThere(`/proc/${pid}/stat`).includes(') ');
  if (isThere && !readFileIfThere(`/proc/${pid}/stat`).includes(') Z ')) throw new Error(`${pid} still runs`);
}

/** Kills every process of a pod at once: nothing in it can say goodbye. */
export function killPod({ metadata }: Pod): void {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const own = pids.filter((pid) => readFileIfThere(`/proc/${pid}/cgroup`).includes(`/pod${metadata.uid}/`));
  if (own.length === 0) throw new Error(`no process of ${metadata.name} is on this machine`);
  for (const pid of own) killIfThere(Number(pid));
}

/** What a probe started may have ended meanwhile. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function readFileIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
