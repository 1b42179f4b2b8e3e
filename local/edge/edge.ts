import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inside } from '../network.ts';
import { addresses, paths, ports, stripePort } from '../paths.ts';
import { type Daemon, runningPid, startDaemon, stopDaemon, waitUntil } from '../process.ts';
import { inRoot, makeFolderFor } from '../tools/inroot.ts';
import { accepts, refuseTakenPort, refuseTakenStripePort } from './port.ts';

const user = 'www-data';
const folder = join(paths.run, 'edge');
/** The same folder as the programs see it. */
const guestFolder = '/srv/edge';

/** Whoever connects to `listen` is connected to `target`. */
export type Forward = { listen: string; target: string };
type Side = { daemon: Daemon; settings: string; file: string };

/** What of the namespace the host's loopback shows: the shop, and the Stripe simulator for its customers' browsers. */
const shown = (port: number) => [
  { socket: 'socket', port, target: `${addresses.node}:${ports.edgeNodePort}` },
  { socket: 'stripe', port: stripePort(port), target: `${addresses.shop}:${ports.stripe}` },
];

/** Unix sockets are all that joins host and namespace: one Nginx on each side of them. */
function sides(port: number): { inner: Side; outer: Side } {
  const at = (socket: string) => `unix:${guestFolder}/${socket}`;
  const inner = shown(port).map(({ socket, target }) => ({ listen: at(socket), target }));
  const outer = shown(port).map((one) => ({ listen: `127.0.0.1:${one.port}`, target: at(one.socket) }));
  return {
    inner: side('edge-inside', inner, inside),
    outer: side('edge', outer, (command) => [...command]),
  };
}

function side(name: string, forwards: readonly Forward[], place: typeof inside): Side {
  const nginx = ['nginx', '-e', 'stderr', '-c', `${guestFolder}/${name}.conf`];
  const command = place(inRoot('servers', { user, folders: { [guestFolder]: folder } }, nginx));
  const daemon = { name, dir: folder, command };
  return { daemon, settings: nginxSettings(name, forwards), file: join(folder, `${name}.conf`) };
}

/** One process, so that a killed one leaves no child that holds the port. A stream may be silent for an hour: a page may listen for news. */
export function nginxSettings(name: string, forwards: readonly Forward[]): string {
  const servers = forwards.map(
    ({ listen, target }) => `  server {
    listen ${listen} backlog=4096;
    proxy_pass ${target};
    proxy_connect_timeout 2s;
    proxy_timeout 1h;
  }
`,
  );
  return `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
pid ${guestFolder}/${name}.nginx;
error_log stderr warn;
master_process off;
events { worker_connections 4096; }
stream {
${servers.join('')}}
`;
}

/** Makes the shop's edge, a NodePort in the namespace, answer on the host's loopback, and the Stripe simulator at the port beside it. */
export async function startEdge(port: number): Promise<'started' | 'unchanged'> {
  const { inner, outer } = sides(port);
  if ((await isCurrent(inner)) && (await isCurrent(outer))) return 'unchanged';
  await stopEdge();
  await refuseTakenPort(port);
  await refuseTakenStripePort(port);
  makeFolderFor('servers', user, folder);
  for (const { daemon, settings, file } of [inner, outer]) {
    await writeFile(file, settings);
    await startDaemon(daemon);
  }
  const hasSockets = async () => shown(port).every(({ socket }) => existsSync(join(folder, socket)));
  await waitUntil('the inner edge', hasSockets, { withinMs: 5000, daemon: inner.daemon });
  await waitUntil('the edge', () => accepts(port), { withinMs: 5000, daemon: outer.daemon });
  return 'started';
}

export async function stopEdge(): Promise<void> {
  const { inner, outer } = sides(0);
  for (const { daemon } of [outer, inner]) await stopDaemon(daemon, 3000);
  for (const { socket } of shown(0)) await rm(join(folder, socket), { force: true });
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
