/** Volumes of a service's pod, and where its containers find them. */
import type { Storefront } from '@storefront/crds';
import type { Fleet, ServiceEntry } from '../../fleet.ts';
import { credentialsName, objectName } from '../names.ts';
import { callerSecret, merchantSecret } from '../secrets-of.ts';
import { accountsOf, isShared, loginKeys, serverOf, serversUsed, usesMedia } from '../stores.ts';

export type Mount = { name: string; mountPath: string; readOnly?: true };
export type Volume = { name: string } & Record<string, unknown>;

/** Folders in the containers. */
export const files = {
  credentials: '/etc/storefront/credentials',
  caller: '/etc/storefront/caller',
  merchant: '/etc/storefront/merchant',
  ca: '/etc/storefront/ca',
  sidecars: '/etc/storefront/sidecars',
  consul: '/run/consul',
  consulToken: '/etc/storefront/consul-token',
  gossip: '/etc/storefront/gossip',
  media: '/media',
} as const;

export const readOnly = (name: string, mountPath: string): Mount => ({ name, mountPath, readOnly: true });

/** A Secret's keys as files that only the pod's group can read. */
export const secretVolume = (name: string, secretName: string, keys: readonly string[]): Volume => ({
  name,
  secret: { secretName, defaultMode: 0o440, items: keys.map((key) => ({ key, path: key })) },
});

type Projection = { name: string; items: { key: string; path: string }[] };

/** Keys of several Secrets in one folder. */
const projectedVolume = (name: string, secrets: readonly Projection[]): Volume => ({
  name,
  projected: { defaultMode: 0o440, sources: secrets.map((secret) => ({ secret })) },
});

export const scratch = (name: string, sizeLimit: string, medium?: 'Memory'): Volume => ({
  name,
  emptyDir: { sizeLimit, ...(medium ? { medium } : {}) },
});

/** Files of the app: its credentials, the key of the internal tokens, certificates of its stores. */
export function appVolumes(storefront: Storefront, fleet: Fleet, service: string): Volume[] {
  const entry = fleet[service]!;
  const { claim } = storefront.spec.stores.media;
  return [
    credentialsVolume(storefront, service, entry),
    secretVolume('caller', callerSecret(storefront), entry.edge ? ['public.jwk', 'private.jwk'] : ['public.jwk']),
    ...(entry.edge ? [secretVolume('merchant', merchantSecret(storefront), ['token'])] : []),
    ...caVolumes(storefront, entry),
    ...(usesMedia(entry) && claim ? [{ name: 'media', persistentVolumeClaim: { claimName: claim.name } }] : []),
    scratch('tmp', '128Mi'),
  ];
}

/** The service's own Secret; of a store with one account that account's login beside it, in files of the same names. */
function credentialsVolume(storefront: Storefront, service: string, entry: ServiceEntry): Volume {
  const own = credentialsName(storefront, service);
  const keys = ['cursor-key', ...accountsOf(storefront, entry).flatMap(loginKeys)];
  const shared = serversUsed(entry).filter((store) => isShared(storefront, store));
  if (shared.length === 0) return secretVolume('credentials', own, keys);
  const login = (store: string) => {
    const [username, password] = loginKeys(store);
    return [
      { key: 'username', path: username },
      { key: 'password', path: password },
    ];
  };
  return projectedVolume('credentials', [
    { name: own, items: keys.map((key) => ({ key, path: key })) },
    ...shared.map((store) => ({ name: serverOf(storefront, store).adminSecretRef.name, items: login(store) })),
  ]);
}

export function appMounts(storefront: Storefront, fleet: Fleet, service: string): Mount[] {
  const entry = fleet[service]!;
  return [
    readOnly('credentials', files.credentials),
    readOnly('caller', files.caller),
    ...(entry.edge ? [readOnly('merchant', files.merchant)] : []),
    ...caMounts(storefront, entry),
    ...(usesMedia(entry) && storefront.spec.stores.media.claim ? [{ name: 'media', mountPath: files.media }] : []),
    { name: 'tmp', mountPath: '/tmp' },
  ];
}

const withCa = (storefront: Storefront, entry: ServiceEntry): [store: string, secret: string][] =>
  serversUsed(entry).flatMap((store) => {
    const ca = serverOf(storefront, store).tls?.caSecretRef;
    return ca ? [[store, ca.name] as [string, string]] : [];
  });

const caVolumes = (storefront: Storefront, entry: ServiceEntry): Volume[] =>
  withCa(storefront, entry).map(([store, secret]) => secretVolume(`${store}-ca`, secret, ['ca.crt']));

const caMounts = (storefront: Storefront, entry: ServiceEntry): Mount[] =>
  withCa(storefront, entry).map(([store]) => readOnly(`${store}-ca`, `${files.ca}/${store}`));

/** Files of the two sidecars: their configuration, the Consul token, the gossip key and the CA of the servers. */
export function sidecarVolumes(storefront: Storefront, service: string): Volume[] {
  const { caSecretRef, gossipSecretRef } = storefront.spec.discovery;
  return [
    { name: 'sidecars', configMap: { name: objectName(storefront, service), defaultMode: 0o444 } },
    secretVolume('consul-token', credentialsName(storefront, service), ['consul-token']),
    secretVolume('gossip', gossipSecretRef.name, ['key']),
    secretVolume('discovery-ca', caSecretRef.name, ['ca.crt']),
    // The agent writes its key ring and we write its token here: in memory, so that neither reaches the node's disk.
    scratch('consul', '32Mi', 'Memory'),
    scratch('nginx', '256Mi'),
  ];
}

/** Names of the Secrets that a pod with these volumes reads. */
export const secretsIn = (volumes: readonly Volume[]): string[] => [...new Set(volumes.flatMap(secretsOfVolume))];

function secretsOfVolume({ secret, projected }: Volume): string[] {
  if (secret) return [(secret as { secretName: string }).secretName];
  const { sources = [] } = (projected ?? {}) as { sources?: { secret: Projection }[] };
  return sources.map((source) => source.secret.name);
}
