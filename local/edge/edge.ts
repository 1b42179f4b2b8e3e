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
/** `settings` is what the program reads at its start. */
type Side = { daemon: Daemon; settings: string; file: string };

/** At which port the shop answers, and whether its payments go to Stripe or to what stands for it. */
export type Edge = { port: number; stripe: 'simulated' | 'itself' };

const shopSocket = 'socket';
const stripeSocket = 'stripe';
const wayOut = 'stripe-out';
const stripeApi = 'https://api.stripe.com';
const stripeInside = `${addresses.shop}:${ports.stripe}`;

/** Unix sockets are all that joins host and namespace: one Nginx on each side of them, and a relay where Stripe itself is asked. */
function sides({ port, stripe }: Edge): Side[] {
  const at = (socket: string) => `unix:${guestFolder}/${socket}`;
  const shop = { inside: { listen: at(shopSocket), target: `${addresses.node}:${ports.edgeNodePort}` } };
  const inner =
    stripe === 'itself'
      ? [shop.inside, { listen: stripeInside, target: at(wayOut) }]
      : [shop.inside, { listen: at(stripeSocket), target: stripeInside }];
  const outer = [{ listen: `127.0.0.1:${port}`, target: at(shopSocket) }];
  if (stripe === 'simulated') outer.push({ listen: `127.0.0.1:${stripePort(port)}`, target: at(stripeSocket) });
  return [
    ...(stripe === 'itself' ? [relay()] : []),
    side('edge-inside', inner, inside),
    side('edge', outer, (command) => [...command]),
  ];
}

function relay(): Side {
  const program = join(import.meta.dirname, 'relay.ts');
  const command = [process.execPath, program, join(folder, wayOut), stripeApi];
  return {
    daemon: { name: 'stripe-relay', dir: folder, command },
    settings: '',
    file: join(folder, 'stripe-relay.conf'),
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
export async function startEdge(edge: Edge): Promise<'started' | 'unchanged'> {
  const wanted = sides(edge);
  if ((await Promise.all(wanted.map(isCurrent))).every(Boolean)) return 'unchanged';
  await stopEdge();
  await refuseTakenPort(edge.port);
  if (edge.stripe === 'simulated') await refuseTakenStripePort(edge.port);
  makeFolderFor('servers', user, folder);
  for (const { daemon, settings, file } of wanted) {
    await writeFile(file, settings);
    await startDaemon(daemon);
  }
  const [inner, outer] = wanted.slice(-2) as [Side, Side];
  const sockets = [shopSocket, edge.stripe === 'itself' ? wayOut : stripeSocket];
  const haveCome = async () => sockets.every((socket) => existsSync(join(folder, socket)));
  await waitUntil('the inner edge', haveCome, { withinMs: 5000, daemon: inner.daemon });
  await waitUntil('the edge', () => accepts(edge.port), { withinMs: 5000, daemon: outer.daemon });
  return 'started';
}

/** The address in the namespace at which Stripe itself was found is the simulator's again. */
export async function leaveStripe(): Promise<void> {
  if (runningPid(relay().daemon) !== undefined) await stopEdge();
}

/** Whatever it last led to. */
const everything = (): Side[] => sides({ port: 0, stripe: 'itself' }).toReversed();

export async function stopEdge(): Promise<void> {
  for (const { daemon } of everything()) await stopDaemon(daemon, 3000);
  for (const socket of [shopSocket, stripeSocket, wayOut]) await rm(join(folder, socket), { force: true });
}

/** The pids of those of its programs that run. */
export const edgePids = (): number[] => everything().flatMap(({ daemon }) => runningPid(daemon) ?? []);

async function isCurrent({ daemon, settings, file }: Side): Promise<boolean> {
  if (runningPid(daemon) === undefined) return false;
  return (await readFile(file, 'utf8').catch(() => '')) === settings;
}
