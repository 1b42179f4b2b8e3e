/** Stores of a Storefront as a service meets them: addresses, database, encryption. */
import type { Endpoint, SecretRef, Storefront } from '@storefront/crds';
import type { ServiceEntry } from '../fleet.ts';
import { scopedName } from './names.ts';

type TlsMode = 'Disabled' | 'Required' | 'Verified';

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
};

/** Names of the stores that a service logs in to; the media store knows no logins. */
export const serversUsed = (entry: ServiceEntry): string[] =>
  Object.entries(entry.stores)
    .filter(([, { kind }]) => kind !== 'media')
    .map(([store]) => store);

export const usesMedia = (entry: ServiceEntry): boolean =>
  Object.values(entry.stores).some(({ kind }) => kind === 'media');

export function serverOf({ spec }: Storefront, store: string): Server {
  const servers: Readonly<Record<string, unknown>> = spec.stores;
  const server = servers[store] as Server | undefined;
  if (!server?.primary)
    throw new Error(`the fleet table uses the store "${store}", which the Storefront does not describe`);
  return server;
}

/** The store has one account, whose login the services that use it share (docs/adr/0009). */
export const isShared = (storefront: Storefront, store: string): boolean =>
  serverOf(storefront, store).accounts === 'Shared';

/** Names of the stores in which a service has an account of its own. */
export const accountsOf = (storefront: Storefront, entry: ServiceEntry): string[] =>
  serversUsed(entry).filter((store) => !isShared(storefront, store));

/** Where a service finds its login to a store: files of its credentials folder, and keys of the Secret behind them. */
export const loginKeys = (store: string): [username: string, password: string] => [
  `${store}-username`,
  `${store}-password`,
];

/** Address of the store without an account: those are files. */
export function storeUrl(storefront: Storefront, service: string, store: string, entry: ServiceEntry): string {
  const server = serverOf(storefront, store);
  const mode = server.tls?.mode ?? 'Disabled';
  return entry.stores[store]?.kind === 'redis'
    ? `${mode === 'Disabled' ? 'redis' : 'rediss'}://${address(server.primary)}`
    : mongoUrl(server, mode, databaseOf(storefront, service, store));
}

function mongoUrl({ primary, replicas = [], replicaSet }: Server, mode: TlsMode, database: string): string {
  const hosts = [primary, ...replicas].map(address).join(',');
  const options = new URLSearchParams({
    ...(replicaSet ? { replicaSet } : {}),
    ...(mode === 'Disabled' ? {} : { tls: 'true' }),
    ...(mode === 'Required' ? { tlsAllowInvalidCertificates: 'true' } : {}),
  });
  return `mongodb://${hosts}/${database}${options.size > 0 ? `?${options.toString()}` : ''}`;
}

export const databaseOf = (storefront: Storefront, service: string, store: string): string =>
  serverOf(storefront, store).database ?? scopedName(storefront, service);

/** `file:///media` for a volume that is mounted there, `gs://bucket` for a bucket. */
export function mediaUrl(storefront: Storefront): string {
  const { bucket } = storefront.spec.stores.media;
  return bucket ? `gs://${bucket.name}` : 'file:///media';
}

const address = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
