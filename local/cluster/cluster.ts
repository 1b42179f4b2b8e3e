import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureNetwork, networkExists } from '../network.ts';
import { runningPid, startDaemon, stopDaemon, waitUntil } from '../process.ts';
import type { Say } from '../steps.ts';
import { importImage } from './containerd.ts';
import { dnsManifests } from './dns.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { folders, network, state } from './layout.ts';
import { makePki } from './pki.ts';
import { removeContainers, removeLeftovers } from './leftovers.ts';
import { containerd, controlPlane, nodePrograms, type Program } from './programs.ts';
import { writeSettings } from './settings.ts';
import { buildSystemImages } from './system-images.ts';

/** Starts the machine's one cluster; what already runs well is left alone, what died is started again. */
export async function startCluster(say: Say = () => undefined): Promise<'started' | 'repaired' | 'unchanged'> {
  if (await clusterIsHealthy()) return 'unchanged';
  const wasThere = networkExists() && clusterRuns();
  await ensureNetwork();
  await mkdir(state, { recursive: true });
  await makePki();
  await writeSettings();
  await Promise.all([startInOrder(controlPlane()), startContainers()]);
  say('control plane ready');
  await startInOrder(nodePrograms());
  await waitForNode(createKubectl());
  return wasThere ? 'repaired' : 'started';
}

/** Stops pods and programs and removes what they leave in the kernel; data, certificates and images stay. */
export async function stopCluster(): Promise<void> {
  for (const { identity } of nodePrograms()) await stopDaemon(identity, 3000);
  if (existsSync(folders.containers)) await start(containerd()); // it may have been killed, and only it knows the pods
  if (runningPid(containerd().identity) !== undefined) await removeContainers();
  // The API server waits for open watches, and has nothing to write: a short grace. etcd goes last.
  for (const { identity } of [containerd(), ...controlPlane().reverse()]) await stopDaemon(identity, 3000);
  await removeLeftovers();
}

export async function clusterIsHealthy(): Promise<boolean> {
  if (!networkExists()) return false;
  const programs = allPrograms();
  if (programs.some(({ identity }) => runningPid(identity) === undefined)) return false;
  const answers = await Promise.all(programs.map((program) => program.isHealthy()));
  return answers.every(Boolean) && (await nodeIsReady(createKubectl()));
}

/** Whether anything of it runs, well or not: then its pods may run as well. */
export const clusterRuns = (programs: readonly Pick<Program, 'identity'>[] = allPrograms()): boolean =>
  programs.some(({ identity }) => runningPid(identity) !== undefined);

export const allPrograms = (): Program[] => [...controlPlane(), containerd(), ...nodePrograms()];

async function startInOrder(programs: readonly Program[]): Promise<void> {
  for (const program of programs) await start(program);
}

/** A program that runs but does not answer is given time: the one it depends on may only just be back. */
async function start(program: Program): Promise<void> {
  const { identity, isHealthy } = program;
  if (runningPid(identity) !== undefined) {
    const wait = waitUntil(identity.name, isHealthy, { withinMs: 10_000, daemon: identity });
    const answers = await wait.then(
      () => true,
      () => false,
    );
    if (answers) return;
    await stopDaemon(identity, 3000);
  }
  await launch(program, 3);
}

/** A killed predecessor holds its port until its last thread is gone, so one that ends at once is tried again. */
async function launch(program: Program, attempts: number): Promise<void> {
  const { identity, command, prepare, isHealthy, withinMs } = program;
  try {
    await prepare?.();
    await startDaemon({ ...identity, command: command() });
    await waitUntil(identity.name, isHealthy, { withinMs, daemon: identity });
  } catch (error) {
    if (attempts <= 1 || runningPid(identity) !== undefined) throw error;
    await pause(1000);
    await launch(program, attempts - 1);
  }
}

async function startContainers(): Promise<void> {
  await start(containerd());
  for (const image of await buildSystemImages()) await importImage(image);
}

async function waitForNode(kubectl: Kubectl): Promise<void> {
  await kubectl.apply(dnsManifests());
  await waitUntil('the node', () => nodeIsReady(kubectl), { withinMs: 90_000, everyMs: 250 });
  const arrives = async () => (await kubectl.get(['serviceaccount', 'default'])) !== undefined;
  await waitUntil('the default service account', arrives, { withinMs: 60_000, everyMs: 250 });
  await kubectl.run(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=60s']);
}

type Node = { status: { conditions: { type: string; status: string }[] } };

async function nodeIsReady(kubectl: Kubectl): Promise<boolean> {
  const node = await kubectl.get<Node>(['node', network.nodeName]).catch(() => undefined);
  return node?.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Removes the cluster's data as well; it must have been stopped. */
export async function removeCluster(): Promise<void> {
  await rm(state, { recursive: true, force: true });
}
