/** Volumes of a service's pod, and where its containers find them. */
import type { Storefront } from '@storefront/crds';
import { type Fleet, type ServiceEntry, signersOf, signs } from '../../fleet.ts';
import { providersOf } from '../integrations.ts';
import { credentialsName, objectName } from '../names.ts';
import {
  accountKeys,
  callerSecret,
  edgeSigner,
  guestSecret,
  merchantSecret,
  ownerKeys,
  pairHalves,
} from '../secrets-of.ts';
import { isShared, loginKeys, type NamedServer, serversOf, serversUsed, usesMedia, volumeOf } from '../stores.ts';

export type Mount = { name: string; mountPath: string; readOnly?: true };
export type Volume = { name: string } & Record<string, unknown>;

/** Folders in the containers. */
export const files = {
  credentials: '/etc/storefront/credentials',
  caller: '/etc/storefront/caller',
  merchant: '/etc/storefront/merchant',
  guests: '/etc/storefront/guests',
  ca: '/etc/storefront/ca',
  mail: '/etc/storefront/mail',
  sidecars: '/etc/storefront/sidecars',
  consul: '/run/consul',
  consulToken: '/etc/storefront/consul-token',
  gossip: '/etc/storefront/gossip',
  media: '/media',
} as const;

export const readOnly = (name: string, mountPath: string): Mount => ({ name, mountPath, readOnly: true });

type Item = { key: string; path: string };

/** A Secret's keys as files that only the pod's group can read; a file has its key's name unless another is given. */
export const secretVolume = (name: string, secretName: string, keys: readonly (string | Item)[]): Volume => ({
  name,
  secret: {
    secretName,
    defaultMode: 0o440,
    items: keys.map((key) => (typeof key === 'string' ? { key, path: key } : key)),
  },
});

type Projection = { name: string; items: Item[] };

/** Keys of several Secrets in one folder. */
const projectedVolume = (name: string, secrets: readonly Projection[]): Volume => ({
  name,
  projected: { defaultMode: 0o440, sources: secrets.map((secret) => ({ secret })) },
});

export const scratch = (name: string, sizeLimit: string, medium?: 'Memory'): Volume => ({
  name,
  emptyDir: { sizeLimit, ...(medium ? { medium } : {}) },
});

/** Files of the app: its credentials, the keys of the internal tokens, certificates of its stores. Migrations own schemas besides. */
export function appVolumes(
  storefront: Storefront,
  fleet: Fleet,
  service: string,
  { owns = false }: { owns?: boolean } = {},
): Volume[] {
  const entry = fleet[service]!;
  const keys = ['cursor-key', ...accountKeys(storefront, entry), ...(owns ? ownerKeys(entry) : [])];
  const { claim } = storefront.spec.stores.media;
  const mail = mailSecret(storefront, entry);
  return [
    credentialsVolume(storefront, service, entry, keys),
    secretVolume('caller', callerSecret(storefront), callerKeys(fleet, service)),
    ...(entry.edge ? [secretVolume('merchant', merchantSecret(storefront), ['token'])] : []),
    ...(entry.guests ? [secretVolume('guests', guestSecret(storefront), [{ key: 'key', path: 'guest-key' }])] : []),
    ...caVolumes(storefront, entry),
    ...(mail ? [secretVolume('mail', mail, ['username', 'password'])] : []),
    ...providersOf(storefront, entry).map(({ volume, secret, keys: files }) => secretVolume(volume, secret, files)),
    ...(usesMedia(entry) && claim ? [{ name: 'media', persistentVolumeClaim: { claimName: claim.name } }] : []),
    scratch('tmp', '128Mi'),
  ];
}

/** The public halves of all who sign, and the private half of the service itself: no pod can sign for another. */
function callerKeys(fleet: Fleet, service: string): (string | Item)[] {
  const ofEdge = pairHalves(edgeSigner);
  return [
    ofEdge.public,
    ...(fleet[service]!.edge ? [ofEdge.private] : []),
    ...signersOf(fleet).map((signer) => pairHalves(signer).public),
    ...(signs(fleet, service) ? [{ key: pairHalves(service).private, path: 'own.private.jwk' }] : []),
  ];
}

/** The service's own Secret; of a store with one account that account's login beside it, in files of the same names. */
function credentialsVolume(storefront: Storefront, service: string, entry: ServiceEntry, keys: string[]): Volume {
  const own = credentialsName(storefront, service);
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
    ...shared.flatMap((store) =>
      serversOf(storefront, store).map(({ adminSecretRef }) => ({ name: adminSecretRef.name, items: login(store) })),
    ),
  ]);
}

export function appMounts(storefront: Storefront, fleet: Fleet, service: string): Mount[] {
  const entry = fleet[service]!;
  return [
    readOnly('credentials', files.credentials),
    readOnly('caller', files.caller),
    ...(entry.edge ? [readOnly('merchant', files.merchant)] : []),
    ...(entry.guests ? [readOnly('guests', files.guests)] : []),
    ...caMounts(storefront, entry),
    ...(mailSecret(storefront, entry) ? [readOnly('mail', files.mail)] : []),
    ...providersOf(storefront, entry).map(({ volume, folder }) => readOnly(volume, folder)),
    ...(usesMedia(entry) && storefront.spec.stores.media.claim ? [{ name: 'media', mountPath: files.media }] : []),
    { name: 'tmp', mountPath: '/tmp' },
  ];
}

/** The Secret of a service's account at the mail server, where that has accounts. */
export const mailSecret = ({ spec }: Storefront, { mails }: ServiceEntry): string | undefined =>
  mails ? spec.mail?.smtp.secretRef?.name : undefined;

const withCa = (storefront: Storefront, entry: ServiceEntry) =>
  serversUsed(entry)
    .flatMap((store) => serversOf(storefront, store))
    .flatMap((server) => {
      const secret = server.tls?.caSecretRef?.name;
      return secret ? [{ volume: volumeOf(server, 'ca'), secret, folder: caFolder(server) }] : [];
    });

const caFolder = ({ place }: NamedServer): string => `${files.ca}/${place}`;

/** Where an app finds the certificate of a store's CA; undefined for a public CA, or none. */
export const caFileOf = (server: NamedServer): string | undefined =>
  server.tls?.caSecretRef ? `${caFolder(server)}/ca.crt` : undefined;

const caVolumes = (storefront: Storefront, entry: ServiceEntry): Volume[] =>
  withCa(storefront, entry).map(({ volume, secret }) => secretVolume(volume, secret, ['ca.crt']));

const caMounts = (storefront: Storefront, entry: ServiceEntry): Mount[] =>
  withCa(storefront, entry).map(({ volume, folder }) => readOnly(volume, folder));

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
