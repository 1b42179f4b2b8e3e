import { existsSync } from 'node:fs';
import { glob, readFile, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, waitUntil } from '../process.ts';
import { ctr, lines } from './containerd.ts';
import { folders, runtime, state } from './layout.ts';

const cgroupRoots = '/sys/fs/cgroup/{kubepods,*/kubepods}';

/** Ends every pod, politely first: an agent that says goodbye is not looked for afterwards. Needs a running containerd. */
export async function removeContainers(): Promise<void> {
  const ids = lines(await ctr('containers', 'ls', '-q'));
  const namespaces = new Set(await Promise.all(ids.map(networkNamespaceOf)));
  await signalTasks('SIGTERM');
  await waitUntil('goodbyes', noTaskRuns, { withinMs: 5000 }).catch(() => signalTasks('SIGKILL'));
  await waitUntil('the end of all containers', noTaskRuns, { withinMs: 20_000 });
  for (const [id] of await listTasks()) await quiet(ctr('tasks', 'rm', '-f', id));
  for (const id of ids) await quiet(ctr('containers', 'rm', id));
  for (const namespace of namespaces) if (namespace) await removeMount(namespace);
}

/** Removes what is left in the kernel once nothing of the cluster runs any more. */
export async function removeLeftovers(): Promise<void> {
  await endStragglers();
  const mounts = lines(await readFile('/proc/self/mountinfo', 'utf8')).map((line) => line.split(' ')[4] as string);
  const isOurs = (mount: string) => [state, runtime].some((folder) => mount.startsWith(`${folder}/`));
  for (const mount of mounts.filter(isOurs).sort().reverse()) await quiet(execute(['umount', mount]));
  for await (const root of glob(cgroupRoots)) await removeCgroup(root);
  await removeLogLinks();
  await rm(runtime, { recursive: true, force: true });
}

async function listTasks(): Promise<[id: string, status: string][]> {
  const rows = lines(await ctr('tasks', 'ls')).slice(1);
  return rows.map((row) => row.trim().split(/\s+/)).map(([id, , status]) => [id as string, status as string]);
}

async function noTaskRuns(): Promise<boolean> {
  return (await listTasks()).every(([, status]) => status === 'STOPPED');
}

async function signalTasks(signal: NodeJS.Signals): Promise<void> {
  await Promise.all((await listTasks()).map(([id]) => quiet(ctr('tasks', 'kill', '-s', signal, id))));
}

type ContainerSpec = { Spec?: { linux?: { namespaces?: { type: string; path?: string }[] } } };

async function networkNamespaceOf(id: string): Promise<string | undefined> {
  const { Spec } = JSON.parse(await ctr('containers', 'info', id)) as ContainerSpec;
  const path = Spec?.linux?.namespaces?.find(({ type }) => type === 'network')?.path;
  return path?.includes('/netns/cni-') ? path : undefined;
}

/** Processes of pods that outlived a containerd that was killed. */
async function endStragglers(): Promise<void> {
  for await (const file of glob(`${cgroupRoots}/**/cgroup.procs`))
    for (const pid of lines(await readFile(file, 'utf8').catch(() => ''))) endNow(Number(pid));
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const command = await readFile(join('/proc', name, 'cmdline'), 'utf8').catch(() => '');
    if (command.includes('containerd-shim') && command.includes(runtime)) endNow(Number(name));
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}

async function removeCgroup(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await removeCgroup(join(folder, entry.name));
  await waitUntil(
    folder,
    () =>
      rmdir(folder).then(
        () => true,
        () => !existsSync(folder),
      ),
    { withinMs: 5000 },
  );
}

/** The kubelet's fixed place outside its own folders. */
async function removeLogLinks(): Promise<void> {
  for await (const link of glob('/var/log/containers/*.log'))
    if ((await readlink(link).catch(() => '')).startsWith(folders.podLogs)) await rm(link);
}

async function removeMount(path: string): Promise<void> {
  await quiet(execute(['umount', path]));
  await rm(path, { force: true });
}

/** What is gone already needs no removal. */
const quiet = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );
