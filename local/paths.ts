import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { rootFileSystemKey, type RootFileSystem } from './tools/pins.ts';

/** The two sets of stores a checkout may run: the shop's, and the tests'. */
export type StoreInstance = 'shop' | 'test';
export const storeInstances: readonly StoreInstance[] = ['shop', 'test'];

const checkout = resolve(import.meta.dirname, '..');
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'storefront');
const machine = '/var/lib/storefront';
const run = '/run/storefront';

/** Where things are: this checkout's, the machine's cache (rebuilt at will), and the machine's state (one cluster, one network). */
export const paths = {
  checkout,
  local: join(checkout, '.local'),
  stores: (instance: StoreInstance) => join(checkout, '.local', 'stores', instance),
  storesFile: (instance: StoreInstance) => join(checkout, '.local', 'stores', instance, 'stores.json'),
  goModules: join(checkout, 'local', 'tools', 'go'),

  cache,
  cached: (entry: string) => join(cache, entry),
  rootfs: (name: RootFileSystem) => join(cache, rootFileSystemKey(name)),

  machine,
  cluster: join(machine, 'cluster'),
  kubeconfig: join(machine, 'cluster', 'admin.kubeconfig'),
  run,
  lock: join(run, 'make.lock'),
} as const;

/** Addresses inside the network namespace; no interface leads out of it. */
export const addresses = {
  node: '10.200.0.1',
  shop: '10.200.0.11',
  test: '10.200.0.12',
  prefixLength: 24,
  pods: '10.244.0.0/22',
  services: '10.96.0.0/16',
} as const;

/** Every store instance has the same ports at an address of its own. */
export const ports = {
  apiServer: 6443,
  edgeNodePort: 30080,
  mongo: 27017,
  mongoHealth: 27018,
  postgresBehindMongo: 5433,
  customers: 5432,
  /** One for each shard, and its replica. */
  orders: [
    { primary: 5441, replica: 5451 },
    { primary: 5442, replica: 5452 },
    { primary: 5443, replica: 5453 },
  ],
  broker: { amqp: 5672, management: 15672 },
  mail: { smtp: 1025, http: 8025 },
  stripe: 9001,
  carrier: 9002,
  cache: 6379,
  state: 6380,
  consul: { server: 8300, serf: 8301, https: 8501, dns: 8600 },
} as const;

/**
 * What Erlang's nodes find each other by is on loopback, where no pod comes, and that is one for all instances: these differ. `epmd`
 * listens there whatever address it is told.
 */
export const loopbackPorts: Readonly<Record<StoreInstance, { epmd: number; distribution: number }>> = {
  shop: { epmd: 4369, distribution: 25672 },
  test: { epmd: 4370, distribution: 25673 },
};

/** The shop's port on the host: 127.0.0.1, `make up PORT=…`. */
export function hostPort(): number {
  return Number(process.env['PORT'] || 8080);
}

/** The port beside it, at which browsers find the Stripe simulator: an origin of its own, as Stripe's is. */
export const stripePort = (shopPort: number): number => shopPort + 1;
