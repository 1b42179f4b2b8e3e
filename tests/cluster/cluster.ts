/** Shops of a test's own in the machine's cluster, spoken to by kubectl as a person does. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Storefront, StorefrontInput } from '@storefront/crds';
import { parse } from 'yaml';

import type { StoresFile } from '../auditor/target.ts';
import { prerequisites, type Stores } from './surroundings.ts';
import type { Vendors } from './vendors.ts';

const kubeconfig = process.env['STOREFRONT_TEST_KUBECONFIG'];
const storesFile = process.env['STOREFRONT_TEST_STORES'];
const image = process.env['STOREFRONT_TEST_IMAGE'];

/** Why cluster tests cannot run; `false` where they can: `describe.skipIf(whyNoCluster)`. */
export const whyNoCluster: string | false =
  kubeconfig && storesFile && image ? false : 'needs a cluster, its stores and an image: make test';

const sample = new URL('../../crds/samples/local.yaml', import.meta.url);
const nodeAddress = '10.200.0.1';
const imageUser = 10001;
const readyWithinMs = 120_000;

/** Runs kubectl and gives what it printed. */
export async function kubectl(...args: string[]): Promise<string> {
  const options = { maxBuffer: 64 * 2 ** 20 };
  const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', String(kubeconfig), ...args], options);
  return stdout;
}

export async function get<Kind>(...args: string[]): Promise<Kind> {
  return JSON.parse(await kubectl('get', '-o', 'json', ...args)) as Kind;
}

/** Applies objects as a person would. */
export async function apply(...objects: object[]): Promise<void> {
  const args = ['--kubeconfig', String(kubeconfig), 'apply', '--server-side', '--force-conflicts', '-f', '-'];
  const child = spawn('kubectl', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdin.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(complaint))));
  });
}

export type Eventually = { within: number };

/** Repeats until `attempt` does not throw; at the deadline it throws what was seen last. */
export async function eventually<T>(attempt: () => Promise<T>, { within }: Eventually): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(250);
    }
  }
}

export type Pod = {
  metadata: { name: string; uid: string; creationTimestamp: string; deletionTimestamp?: string };
  status: {
    phase: string;
    podIP?: string;
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
    containerStatuses?: { name: string; ready: boolean; restartCount: number; containerID?: string }[];
  };
};

/** A shop in a namespace of its own. */
export type Shop = {
  name: string;
  namespace: string;
  /** Prefix of its Consul services, databases and Redis keys. */
  scope: string;
  /** Where customers come in, as seen inside the network namespace. */
  url: string;
  kubectl: (...args: string[]) => Promise<string>;
  storefront: () => Promise<Storefront>;
  /** Applies the Storefront changed; does not wait. */
  change: (change: (storefront: StorefrontInput) => void) => Promise<void>;
  waitUntilReady: () => Promise<Storefront>;
  pods: (service: string) => Promise<Pod[]>;
  /** The token of the merchant's credential. */
  merchantToken: () => Promise<string>;
  remove: () => Promise<void>;
};

export type ShopOptions = {
  name?: string;
  /** What differs from `crds/samples/local.yaml`. */
  change?: (storefront: StorefrontInput) => void;
  /** Its own Stripe and carrier, where it does not share those of the instance. */
  vendors?: Vendors;
  /** Gives back the shop as soon as it is applied, for tests of shops that cannot become ready. */
  waits?: boolean;
};

/** Makes a namespace, Secrets, a media folder and a Storefront, and waits until the operator calls it ready. */
export async function openShop({ name = 'shop', change, vendors, waits = true }: ShopOptions = {}): Promise<Shop> {
  const id = randomBytes(3).toString('hex');
  const namespace = `test-${id}`;
  const stores = { ...(await readStores()), ...vendors };
  const media = await mkdtemp(join(tmpdir(), 'storefront-media-'));
  await chown(media, imageUser, imageUser);
  const storefront = await readStorefront({ name, namespace, id, stores, nodePort: await freeNodePort() });
  change?.(storefront);

  const shop = shopOf(storefront, namespace, media);
  try {
    await apply(...prerequisites(storefront, namespace, stores, media));
    await untilBound(namespace);
    await apply(storefront);
    if (waits) await shop.waitUntilReady();
    return shop;
  } catch (error) {
    await shop.remove();
    throw error;
  }
}

/** Pods come after their volume: a shop that has none says so at once, with all that the cluster knows of it. */
async function untilBound(namespace: string): Promise<void> {
  const bound = ['wait', 'pvc', '--all', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s'];
  await kubectl('-n', namespace, ...bound).catch(async (error: unknown) => {
    const claim = await kubectl('-n', namespace, 'describe', 'pvc');
    throw new Error(`${String(error)}\n${claim}\n${await kubectl('describe', 'pv', namespace)}`, { cause: error });
  });
}

/** The instance that shops of tests keep their things in. */
export async function readStores(): Promise<Stores & StoresFile> {
  return JSON.parse(await readFile(String(storesFile), 'utf8')) as Stores & StoresFile;
}

type Place = { name: string; namespace: string; id: string; stores: Stores; nodePort: number };

async function readStorefront({ name, namespace, id, stores, nodePort }: Place): Promise<StorefrontInput> {
  const storefront = parse(await readFile(sample, 'utf8')) as StorefrontInput;
  const address = stores.consul.servers[0] as string;
  storefront.metadata = { name, namespace };
  const { spec } = storefront;
  spec.scope = `${name}-${id}`;
  spec.release = { version: 'test', image: String(image) };
  spec.ingress = { host: nodeAddress, port: nodePort, nodePort };
  for (const server of serversOf(spec.stores)) {
    server.primary = { ...server.primary, host: address };
    if (server.replicas) server.replicas = server.replicas.map((replica) => ({ ...replica, host: address }));
    // Shops share these servers: each has databases of its own there, which its provision Job makes.
    if (server.database) server.database = `${server.database}-${id}`;
  }
  if (spec.mail) spec.mail.smtp.host = address;
  if (spec.payments) {
    const { secretRef } = spec.payments.stripe;
    spec.payments.stripe = { secretRef, publishableKey: stores.stripe.publishableKey, endpoint: stores.stripe.url };
  }
  for (const carrier of spec.shipping?.carriers ?? []) carrier.endpoint = stores.carrier.url;
  spec.discovery = { ...spec.discovery, servers: stores.consul.servers, datacenter: stores.consul.datacenter };
  return storefront;
}

type Endpoint = { host: string; port: number };
type Server = { primary: Endpoint; replicas?: Endpoint[]; database?: string };

function serversOf(stores: StorefrontInput['spec']['stores']): Server[] {
  const { products, cache, state, customers, orders, broker } = stores;
  return [products, cache, state, customers, broker, ...(orders?.shards ?? [])].filter(
    (server) => server !== undefined,
  );
}

function shopOf(storefront: StorefrontInput, namespace: string, media: string): Shop {
  const { name } = storefront.metadata;
  const inside = (...args: string[]) => kubectl('-n', namespace, ...args);
  const read = () => get<Storefront>('-n', namespace, 'storefront', name);
  return {
    name,
    namespace,
    scope: String(storefront.spec.scope),
    url: `http://${nodeAddress}:${storefront.spec.ingress.nodePort}`,
    kubectl: inside,
    storefront: read,
    async change(change) {
      change(storefront);
      await apply(storefront);
    },
    waitUntilReady: () => eventually(async () => refuseUnready(await read()), { within: readyWithinMs }),
    async pods(service) {
      const selector = `storefront.dev/storefront=${name},app.kubernetes.io/component=${service}`;
      const { items } = await get<{ items: Pod[] }>('-n', namespace, 'pods', '-l', selector);
      return items;
    },
    async merchantToken() {
      const secret = await get<{ data: { token: string } }>('-n', namespace, 'secret', `${name}-merchant`);
      return Buffer.from(secret.data.token, 'base64').toString();
    },
    /** What is left of it ends by itself, or with the run. */
    async remove() {
      await kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false');
      // Nobody is a customer here any more: no pod has a connection to finish.
      await inside('delete', 'pods', '--all', '--force', '--grace-period=0');
      await kubectl('delete', 'persistentvolume', namespace, '--ignore-not-found', '--wait=false');
      await rm(media, { recursive: true, force: true });
    },
  };
}

function refuseUnready(storefront: Storefront): Storefront {
  const conditions = storefront.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True' && ready.observedGeneration === storefront.metadata.generation) return storefront;
  throw new Error(`${storefront.metadata.namespace}/${storefront.metadata.name}: ${JSON.stringify(conditions)}`);
}

type Services = { items: { spec: { ports?: { nodePort?: number }[] } }[] };

async function freeNodePort(): Promise<number> {
  const { items } = await get<Services>('services', '--all-namespaces');
  const taken = new Set(items.flatMap(({ spec }) => spec.ports ?? []).map(({ nodePort }) => nodePort));
  const first = randomInt(500); // shops that are opened at once should not choose the same
  const ports = Array.from({ length: 500 }, (_, index) => 32_000 + ((first + index) % 500));
  const port = ports.find((each) => !taken.has(each));
  if (port === undefined) throw new Error('no NodePort is free: remove namespaces that tests left behind');
  return port;
}
