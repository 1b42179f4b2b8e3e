import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { clusterRuns } from '../cluster/cluster.ts';
import { folders } from '../cluster/layout.ts';

const aside = `${folders.etcd}-aside`;

/**
 * A cluster that is down starts without its objects, which are kept: the pods of a shop whose stores are down would crash beside
 * the tests for as long as they run.
 */
export async function setAsideObjects(): Promise<void> {
  if (clusterRuns()) return;
  // Where some are kept already a run was killed, and what lies beside them is that run's.
  if (existsSync(aside)) await rm(folders.etcd, { recursive: true, force: true });
  else if (existsSync(folders.etcd)) await rename(folders.etcd, aside);
}

/** Gives a cluster that is down its objects back. */
export async function putBackObjects(): Promise<void> {
  if (clusterRuns() || !existsSync(aside)) return;
  await rm(folders.etcd, { recursive: true, force: true });
  await rename(aside, folders.etcd);
}
