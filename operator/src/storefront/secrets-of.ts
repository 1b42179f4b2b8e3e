/** The Secrets around a Storefront: which the operator makes once, and which must be there. Values never pass here. */
import type { Storefront } from '@storefront/crds';
import { type Fleet, type ServiceEntry, signersOf } from '../fleet.ts';
import type { Recipe, SecretRecipe } from '../secrets.ts';
import { providersOf } from './integrations.ts';
import { credentialsName, labelsOf, objectName, ownerName, scopedName } from './names.ts';
import { accountsOf, loginKeys, serversOf, serversUsed } from './stores.ts';

/** A Secret of the person's own, the keys it must have, and the services that wait for it. */
export type SecretReference = { name: string; keys: string[]; services: string[] };

export const callerSecret = (storefront: Storefront): string => objectName(storefront, 'caller');
export const merchantSecret = (storefront: Storefront): string => objectName(storefront, 'merchant');
export const guestSecret = (storefront: Storefront): string => objectName(storefront, 'guests');

/** What the operator makes once: credentials for each service, the key pairs of the internal tokens, the merchant's token, the key of guests. */
export function secretsOf(storefront: Storefront, fleet: Fleet): SecretRecipe[] {
  const credentials = Object.entries(fleet).map(([service, entry]) => ({
    name: credentialsName(storefront, service),
    labels: labelsOf(storefront, service),
    keys: credentialKeys(storefront, service, entry),
  }));
  return [
    ...credentials,
    {
      name: callerSecret(storefront),
      labels: labelsOf(storefront, 'caller'),
      keys: Object.assign({}, ...[edgeSigner, ...signersOf(fleet)].map(pairKeys)) as Record<string, Recipe>,
    },
    {
      name: merchantSecret(storefront),
      labels: labelsOf(storefront, 'merchant'),
      keys: { token: { make: 'token' } },
    },
    ...(Object.values(fleet).some(({ guests }) => guests)
      ? [
          {
            name: guestSecret(storefront),
            labels: labelsOf(storefront, 'guests'),
            keys: { key: { make: 'bytes', size: 32 } } satisfies Record<string, Recipe>,
          },
        ]
      : []),
  ];
}

/** Who may speak for anybody, because customers come in there. Its halves bear no name, those of a service do. */
export const edgeSigner = 'gateway';

/** Where the halves of a signer's pair are in the Secret. */
export const pairHalves = (signer: string): { public: string; private: string } => {
  const prefix = signer === edgeSigner ? '' : `${signer}.`;
  return { public: `${prefix}public.jwk`, private: `${prefix}private.jwk` };
};

function pairKeys(signer: string): Record<string, Recipe> {
  const halves = pairHalves(signer);
  return {
    [halves.public]: { make: 'keypair', pair: signer, part: 'public' },
    [halves.private]: { make: 'keypair', pair: signer, part: 'private' },
  };
}

function credentialKeys(storefront: Storefront, service: string, entry: ServiceEntry): Record<string, Recipe> {
  const loginAs =
    (username: string) =>
    (account: string): [string, Recipe][] => {
      const [name, password] = loginKeys(account);
      return [
        [name, { make: 'text', value: username }],
        [password, { make: 'password' }],
      ];
    };
  const accounts = accountsOf(storefront, entry).flatMap(loginAs(scopedName(storefront, service)));
  const owners = ownersUsed(entry).flatMap(loginAs(ownerName(storefront, service)));
  return {
    'cursor-key': { make: 'bytes', size: 32 },
    'consul-token': { make: 'uuid' },
    ...Object.fromEntries([...accounts, ...owners]),
  };
}

/** Names of the accounts by which a service's migrations own its schemas. */
const ownersUsed = ({ stores }: ServiceEntry): string[] =>
  Object.keys(stores)
    .filter((store) => stores[store]?.kind === 'postgres')
    .map((store) => `${store}-migrate`);

/** Keys of the logins in a service's credentials: those of its pods, and those that its migrations have besides. */
export const accountKeys = (storefront: Storefront, entry: ServiceEntry): string[] =>
  accountsOf(storefront, entry).flatMap(loginKeys);
export const ownerKeys = (entry: ServiceEntry): string[] => ownersUsed(entry).flatMap(loginKeys);

/** What a person must have made before the pods can start. */
export function referencesOf(storefront: Storefront, fleet: Fleet): SecretReference[] {
  const everyone = Object.keys(fleet);
  const { caSecretRef, gossipSecretRef, adminSecretRef } = storefront.spec.discovery;
  const references = [
    { name: caSecretRef.name, keys: ['ca.crt'], services: everyone },
    { name: gossipSecretRef.name, keys: ['key'], services: everyone },
    { name: adminSecretRef.name, keys: ['token'], services: everyone },
    ...Object.entries(fleet).flatMap(([service, entry]) => storeReferences(storefront, service, entry)),
  ];
  return merge(references);
}

function storeReferences(storefront: Storefront, service: string, entry: ServiceEntry): SecretReference[] {
  const servers = serversUsed(entry).flatMap((store) => serversOf(storefront, store));
  const mail = entry.mails ? storefront.spec.mail?.smtp.secretRef : undefined;
  const services = [service];
  return [
    ...servers.map(({ adminSecretRef: { name } }) => ({ name, keys: ['username', 'password'], services })),
    ...servers.flatMap(({ tls }) =>
      tls?.caSecretRef ? [{ name: tls.caSecretRef.name, keys: ['ca.crt'], services }] : [],
    ),
    ...(mail ? [{ name: mail.name, keys: ['username', 'password'], services }] : []),
    ...providersOf(storefront, entry).map(({ secret, keys }) => ({ name: secret, keys: [...keys], services })),
  ];
}

/** One Secret may serve several ends. */
function merge(references: SecretReference[]): SecretReference[] {
  const byName = new Map<string, SecretReference>();
  for (const { name, keys, services } of references) {
    const known = byName.get(name) ?? { name, keys: [], services: [] };
    byName.set(name, { name, keys: union(known.keys, keys), services: union(known.services, services) });
  }
  return [...byName.values()];
}

const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])];
