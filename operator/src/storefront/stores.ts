/** Stores of a Storefront as a service meets them: which it has, where they are, and by what address. */
import type { Endpoint, SecretRef, Storefront } from '@storefront/crds';
import { type Fleet, type ServiceEntry, usesBroker } from '../fleet.ts';
import { scopedName, scopeOf } from './names.ts';

export type TlsMode = 'Disabled' | 'Required' | 'Verified';

/** What all store servers of a spec have in common. */
export type Server = {
  primary: Endpoint;
  replicas?: Endpoint[];
  replicaSet?: string;
  database?: string;
  adminSecretRef: SecretRef;
  accounts?: 'PerService' | 'Shared';
  tls?: { mode: TlsMode; caSecretRef?: SecretRef };
  cidrs?: string[];
  maxConnections?: number;
  managementPort?: number;
};

/** `place` is where its files are: `cache`, and of a shard `orders/orders-1`. `path` is its field in the Storefront. */
export type NamedServer = Server & { store: string; place: string; path: string; shard?: string };

/** Names of the stores that a service logs in to; the media store knows no logins. */
export const serversUsed = (entry: ServiceEntry): string[] => [
  ...Object.entries(entry.stores)
    .filter(([, { kind }]) => kind !== 'media')
    .map(([store]) => store),
  ...(usesBroker(entry) ? ['broker'] : []),
];

/** The same of all services. */
export const serversUsedBy = (fleet: Fleet): string[] => [...new Set(Object.values(fleet).flatMap(serversUsed))];

/** The services that have an account in a store. */
export const usersOf = (fleet: Fleet, store: string): string[] =>
  Object.keys(fleet).filter((service) => serversUsed(fleet[service]!).includes(store));

export const usesMedia = (entry: ServiceEntry): boolean =>
  Object.values(entry.stores).some(({ kind }) => kind === 'media');

export const isDescribed = (storefront: Storefront, store: string): boolean =>
  describedAs(storefront, store).length > 0;

/** The servers of a store: one, or its shards. */
export function serversOf(storefront: Storefront, store: string): NamedServer[] {
  const servers = describedAs(storefront, store);
  if (servers.length === 0)
    throw new Error(`the fleet table uses the store "${store}", which the Storefront does not describe`);
  return servers;
}

/** The store has one account, whose login the services that use it share (docs/adr/0009). */
export const isShared = (storefront: Storefront, store: string): boolean =>
  describedAs(storefront, store).some(({ accounts }) => accounts === 'Shared');

/** Names of the stores in which a service has an account of its own. */
export const accountsOf = (storefront: Storefront, entry: ServiceEntry): string[] =>
  serversUsed(entry).filter((store) => !isShared(storefront, store));

/** Where a login to a store is found: files of the service's credentials folder, and keys of the Secret behind them. */
export const loginKeys = (account: string): [username: string, password: string] => [
  `${account}-username`,
  `${account}-password`,
];

function describedAs({ spec }: Storefront, store: string): NamedServer[] {
  const stores: Readonly<Record<string, unknown>> = spec.stores;
  const path = `spec.stores.${store}`;
  const found = stores[store] as Server | { shards: (Server & { name: string })[] } | undefined;
  if (found === undefined) return [];
  if (!('shards' in found)) return [{ ...found, store, place: store, path }];
  return found.shards.map(({ name, ...shard }) => ({
    ...shard,
    store,
    shard: name,
    place: `${store}/${name}`,
    path: `${path}.shards[${name}]`,
  }));
}

/** Name of a volume for one of the server's Secrets. */
export const volumeOf = ({ place }: NamedServer, secret: 'admin' | 'ca'): string =>
  `${place.replace('/', '-')}-${secret}`;

export const modeOf = ({ tls }: Server): TlsMode => tls?.mode ?? 'Disabled';

export function redisUrl(server: Server): string {
  return `${modeOf(server) === 'Disabled' ? 'redis' : 'rediss'}://${address(server.primary)}`;
}

export function mongoUrl(server: Server, database: string): string {
  const { primary, replicas = [], replicaSet } = server;
  const mode = modeOf(server);
  const hosts = [primary, ...replicas].map(address).join(',');
  const options = new URLSearchParams({
    ...(replicaSet ? { replicaSet } : {}),
    ...(mode === 'Disabled' ? {} : { tls: 'true' }),
    ...(mode === 'Required' ? { tlsAllowInvalidCertificates: 'true' } : {}),
  });
  return `mongodb://${hosts}/${database}${options.size > 0 ? `?${options.toString()}` : ''}`;
}

/** Of the primary and of each replica. `sslmode` as node-postgres understands it, which takes `require` for more than it says. */
export function postgresUrls(server: Server): { primary: string; replicas: string[] } {
  const options = { Disabled: '', Required: '?sslmode=no-verify', Verified: '?sslmode=verify-full' }[modeOf(server)];
  const url = (endpoint: Endpoint) => `postgres://${address(endpoint)}/${server.database ?? ''}${options}`;
  return { primary: url(server.primary), replicas: (server.replicas ?? []).map(url) };
}

/** The virtual host is the shop's own. `verify` as RabbitMQ's clients know it. */
export function brokerUrl(storefront: Storefront, server: Server): string {
  const mode = modeOf(server);
  const scheme = mode === 'Disabled' ? 'amqp' : 'amqps';
  return `${scheme}://${address(server.primary)}/${scopeOf(storefront)}${mode === 'Required' ? '?verify=verify_none' : ''}`;
}

/** Every node answers for the whole cluster. */
export function managementUrls(server: Server): string[] {
  const { primary, replicas = [], managementPort = 0 } = server;
  const hosts = [...new Set([primary, ...replicas].map(({ host }) => host))];
  const scheme = modeOf(server) === 'Disabled' ? 'http' : 'https';
  return hosts.map((host) => `${scheme}://${address({ host, port: managementPort })}`);
}

export const databaseOf = (storefront: Storefront, service: string, server: Server): string =>
  server.database ?? scopedName(storefront, service);

/** `file:///media` for a volume that is mounted there, `gs://bucket` for a bucket. */
export function mediaUrl(storefront: Storefront): string {
  const { bucket } = storefront.spec.stores.media;
  return bucket ? `gs://${bucket.name}` : 'file:///media';
}

export const address = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
