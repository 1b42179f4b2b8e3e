/** What the stores must agree to before the services start: accounts, their rights, and where the secrets lie. No secret's value is in it. */
import type { Storefront } from '@storefront/crds';
import { z } from 'zod';
import { consulPorts, type Fleet, type StoreKind, upstreamsOf } from '../fleet.ts';
import { scopedName, scopeOf } from '../storefront/names.ts';
import { databaseOf, isShared, serverOf, serversUsed, storeUrl } from '../storefront/stores.ts';

/** Where the Job finds its files. */
export const folders = {
  plan: '/etc/storefront/plan',
  admin: '/etc/storefront/admin',
  credentials: '/etc/storefront/credentials',
  ca: '/etc/storefront/ca',
} as const;

const Account = z.strictObject({ service: z.string(), usernameFile: z.string(), passwordFile: z.string() });
const server = { store: z.string(), url: z.string(), adminDir: z.string(), caFile: z.string().exactOptional() };

export const ProvisionPlan = z.strictObject({
  mongo: z.array(z.strictObject({ ...server, accounts: z.array(Account.extend({ database: z.string() })) })),
  redis: z.array(
    z.strictObject({
      ...server,
      accounts: z.array(Account.extend({ keys: z.string() })),
      /** Who shares the login of the admin Secret, where the server has no other account. */
      sharedBy: z.array(z.strictObject({ service: z.string(), keys: z.string() })).exactOptional(),
    }),
  ),
  consul: z.strictObject({
    urls: z.array(z.string()),
    serverName: z.string(),
    adminDir: z.string(),
    caFile: z.string(),
    accounts: z.array(
      z.strictObject({ service: z.string(), name: z.string(), reads: z.array(z.string()), tokenFile: z.string() }),
    ),
  }),
});
export type ProvisionPlan = z.infer<typeof ProvisionPlan>;

export function provisionPlan(storefront: Storefront, fleet: Fleet): ProvisionPlan {
  return {
    mongo: storesOf(fleet, 'mongo').map((store) => ({
      ...serverPlan(storefront, fleet, store, 'admin'),
      accounts: usersOf(fleet, store).map((service) => ({
        ...account(service, store),
        database: databaseOf(storefront, service, store),
      })),
    })),
    redis: storesOf(fleet, 'redis').map((store) => ({
      ...serverPlan(storefront, fleet, store),
      ...redisUsers(storefront, fleet, store),
    })),
    consul: consulPlan(storefront, fleet),
  };
}

function redisUsers(storefront: Storefront, fleet: Fleet, store: string) {
  const users = usersOf(fleet, store).map((service) => ({ service, keys: `${scopeOf(storefront)}:${service}:*` }));
  if (isShared(storefront, store)) return { accounts: [], sharedBy: users };
  return { accounts: users.map(({ service, keys }) => ({ ...account(service, store), keys })) };
}

const usersOf = (fleet: Fleet, store: string): string[] =>
  Object.entries(fleet)
    .filter(([, { stores }]) => store in stores)
    .map(([service]) => service);

const storesOf = (fleet: Fleet, kind: StoreKind): string[] => [
  ...new Set(
    Object.values(fleet).flatMap((entry) => serversUsed(entry).filter((store) => entry.stores[store]?.kind === kind)),
  ),
];

function serverPlan(storefront: Storefront, fleet: Fleet, store: string, database?: string) {
  const [user = ''] = usersOf(fleet, store);
  const url = new URL(storeUrl(storefront, user, store, fleet[user]!));
  if (database) url.pathname = `/${database}`;
  const hasCa = serverOf(storefront, store).tls?.caSecretRef !== undefined;
  return {
    store,
    url: url.href,
    adminDir: `${folders.admin}/${store}`,
    ...(hasCa ? { caFile: `${folders.ca}/${store}/ca.crt` } : {}),
  };
}

const account = (service: string, store: string) => ({
  service,
  usernameFile: `${folders.credentials}/${service}/${store}-username`,
  passwordFile: `${folders.credentials}/${service}/${store}-password`,
});

/** A service's token registers itself and finds whom it calls, and nothing else: who may find whom follows the fleet table too. */
function consulPlan(storefront: Storefront, fleet: Fleet): ProvisionPlan['consul'] {
  const { servers, datacenter } = storefront.spec.discovery;
  return {
    urls: servers.map((host) => `https://${host.includes(':') ? `[${host}]` : host}:${consulPorts.https}`),
    serverName: `server.${datacenter}.consul`,
    adminDir: `${folders.admin}/consul`,
    caFile: `${folders.ca}/consul/ca.crt`,
    accounts: Object.keys(fleet).map((service) => ({
      service,
      name: scopedName(storefront, service),
      reads: upstreamsOf(fleet, service).map((callee) => scopedName(storefront, callee)),
      tokenFile: `${folders.credentials}/${service}/consul-token`,
    })),
  };
}
