import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inside } from '../network.ts';
import { addresses, paths, ports } from '../paths.ts';
import { type Daemon, runningPid, startDaemon, stopDaemon, waitUntil } from '../process.ts';
import { inRoot, makeFolderFor } from '../tools/inroot.ts';
import { accepts, refuseTakenPort } from './port.ts';

const user = 'www-data';
const folder = join(paths.run, 'edge');
/** The same folder as the programs see it. */
const guestFolder = '/srv/edge';

type Side = { daemon: Daemon; settings: string; file: string };

/** A unix socket is all that joins host and namespace: one Nginx on each side of it. */
function sides(port: number): { inner: Side; outer: Side } {
  return {
    inner: side('edge-inside', `unix:${guestFolder}/socket`, `${addresses.node}:${ports.edgeNodePort}`, inside),
    outer: side('edge', `127.0.0.1:${port}`, `unix:${guestFolder}/socket`, (command) => [...command]),
  };
}

function side(name: string, listen: string, target: string, place: typeof inside): Side {
  const nginx = ['nginx', '-e', 'stderr', '-c', `${guestFolder}/${name}.conf`];
  const command = place(inRoot('servers', { user, folders: { [guestFolder]: folder } }, nginx));
  const daemon = { name, dir: folder, command };
  return { daemon, settings: nginxSettings(name, listen, target), file: join(folder, `${name}.conf`) };
}

/** One process, so that a killed one leaves no child that holds the port. A stream may be silent for an hour: a page may listen for news. */
export function nginxSettings(name: string, listen: string, target: string): string {
  return `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
pid ${guestFolder}/${name}.nginx;
error_log stderr warn;
master_process off;
events { worker_connections 4096; }
stream {
  server {
    listen ${listen} backlog=4096;
    proxy_pass ${target};
    proxy_connect_timeout 2s;
    proxy_timeout 1h;
  }
}
`;
}

/** Makes the shop's edge, a NodePort in the namespace, answer on the host's loopback. */
export async function startEdge(port: number): Promise<'started' | 'unchanged'> {
  const { inner, outer } = sides(port);
  if ((await isCurrent(inner)) && (await isCurrent(outer))) return 'unchanged';
  await stopEdge();
  await refuseTakenPort(port);
  makeFolderFor('servers', user, folder);
  for (const { daemon, settings, file } of [inner, outer]) {
    await writeFile(file, settings);
    await startDaemon(daemon);
  }
  await waitUntil('the inner edge', async () => existsSync(join(folder, 'socket')), {
    withinMs: 5000,
    daemon: inner.daemon,
  });
  await waitUntil('the edge', () => accepts(port), { withinMs: 5000, daemon: outer.daemon });
  return 'started';
}

export async function stopEdge(): Promise<void> {
  const { inner, outer } = sides(0);
  for (const { daemon } of [outer, inner]) await stopDaemon(daemon, 3000);
  await rm(join(folder, 'socket'), { force: true });
}

/** The pids of those of its two programs that run. */
export function edgePids(): number[] {
  const { inner, outer } = sides(0);
  return [inner, outer].flatMap(({ daemon }) => runningPid(daemon) ?? []);
}

async function isCurrent({ daemon, settings, file }: Side): Promise<boolean> {
  if (runningPid(daemon) === undefined) return false;
  return (await readFile(file, 'utf8').catch(() => '')) === settings;
}
