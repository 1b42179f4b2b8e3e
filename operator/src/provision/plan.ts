/** What the stores must agree to before the services start: accounts, their rights, and where the secrets lie. No secret's value is in it. */
import type { Storefront } from '@storefront/crds';
import { z } from 'zod';
import { consulPorts, declarationsOf, type Fleet, type StoreKind, upstreamsOf } from '../fleet.ts';
import { scopedName, scopeOf } from '../storefront/names.ts';
import {
  brokerUrl,
  databaseOf,
  isShared,
  managementUrls,
  mongoUrl,
  type NamedServer,
  postgresUrls,
  redisUrl,
  serversOf,
  serversUsedBy,
  usersOf,
} from '../storefront/stores.ts';

/** Where the Job finds its files. */
export const folders = {
  plan: '/etc/storefront/plan',
  admin: '/etc/storefront/admin',
  credentials: '/etc/storefront/credentials',
  ca: '/etc/storefront/ca',
} as const;

const Login = z.strictObject({ usernameFile: z.string(), passwordFile: z.string() });
const Account = Login.extend({ service: z.string() });
const files = { adminDir: z.string(), caFile: z.string().exactOptional() };
const server = { store: z.string(), url: z.string(), ...files };

/** `name` is that of the shard, else of the store; `path` the server's field in the Storefront. */
const Database = z.strictObject({ name: z.string(), path: z.string(), url: z.string(), ...files });

const Broker = z.strictObject({
  /** Virtual host of the shop. */
  vhost: z.string(),
  url: z.string(),
  managementUrls: z.array(z.string()),
  ...files,
  accounts: z.array(Account),
  /** By service: what the topology is made of. */
  declarations: z.record(
    z.string(),
    z.strictObject({ publishes: z.array(z.string()), consumes: z.array(z.string()), queues: z.array(z.string()) }),
  ),
});

export const ProvisionPlan = z.strictObject({
  /** Stores of one database each, or of several over which the buckets are dealt out. */
  postgres: z.array(
    z.strictObject({
      store: z.string(),
      /** Marks the databases that are made for this shop, which go when it goes. */
      scope: z.string(),
      databases: z.array(Database),
      accounts: z.array(Account.extend({ schema: z.string(), owner: Login })),
    }),
  ),
  mongo: z.array(z.strictObject({ ...server, accounts: z.array(Account.extend({ database: z.string() })) })),
  redis: z.array(
    z.strictObject({
      ...server,
      accounts: z.array(Account.extend({ keys: z.string() })),
      /** Who shares the login of the admin Secret, where the server has no other account. */
      sharedBy: z.array(z.strictObject({ service: z.string(), keys: z.string() })).exactOptional(),
    }),
  ),
  broker: Broker.exactOptional(),
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
    postgres: storesOf(fleet, 'postgres').map((store) => postgresPlan(storefront, fleet, store)),
    mongo: storesOf(fleet, 'mongo').map((store) => {
      const [one] = serversOf(storefront, store) as [NamedServer];
      const accounts = usersOf(fleet, store).map((service) => ({
        ...account(service, store),
        database: databaseOf(storefront, service, one),
      }));
      return { store, url: mongoUrl(one, 'admin'), ...filesOf(one), accounts };
    }),
    redis: storesOf(fleet, 'redis').map((store) => {
      const [one] = serversOf(storefront, store) as [NamedServer];
      return { store, url: redisUrl(one), ...filesOf(one), ...redisUsers(storefront, fleet, store) };
    }),
    ...brokerPlan(storefront, fleet),
    consul: consulPlan(storefront, fleet),
  };
}

function redisUsers(storefront: Storefront, fleet: Fleet, store: string) {
  const users = usersOf(fleet, store).map((service) => ({ service, keys: `${scopeOf(storefront)}:${service}:*` }));
  if (isShared(storefront, store)) return { accounts: [], sharedBy: users };
  return { accounts: users.map(({ service, keys }) => ({ ...account(service, store), keys })) };
}

const storesOf = (fleet: Fleet, kind: StoreKind): string[] =>
  serversUsedBy(fleet).filter((store) => Object.values(fleet).some(({ stores }) => stores[store]?.kind === kind));

const filesOf = ({ place, tls }: NamedServer) => ({
  adminDir: `${folders.admin}/${place}`,
  ...(tls?.caSecretRef ? { caFile: `${folders.ca}/${place}/ca.crt` } : {}),
});

function postgresPlan(storefront: Storefront, fleet: Fleet, store: string): ProvisionPlan['postgres'][number] {
  return {
    store,
    scope: scopeOf(storefront),
    databases: serversOf(storefront, store).map((one) => ({
      name: one.shard ?? store,
      path: one.path,
      url: postgresUrls(one).primary,
      ...filesOf(one),
    })),
    accounts: usersOf(fleet, store).flatMap((service) => {
      const use = fleet[service]!.stores[store];
      if (use?.kind !== 'postgres') return [];
      return [{ ...account(service, store), schema: use.schema, owner: login(service, `${store}-migrate`) }];
    }),
  };
}

function brokerPlan(storefront: Storefront, fleet: Fleet): Pick<ProvisionPlan, 'broker'> {
  const services = usersOf(fleet, 'broker');
  if (services.length === 0) return {};
  const [one] = serversOf(storefront, 'broker') as [NamedServer];
  const declarations = Object.entries(declarationsOf(fleet)).map(([service, { publishes, consumes, queues }]) => [
    service,
    { publishes: [...publishes], consumes: [...consumes], queues: [...queues] },
  ]);
  return {
    broker: {
      vhost: scopeOf(storefront),
      url: brokerUrl(storefront, one),
      managementUrls: managementUrls(one),
      ...filesOf(one),
      accounts: services.map((service) => account(service, 'broker')),
      declarations: Object.fromEntries(declarations) as NonNullable<ProvisionPlan['broker']>['declarations'],
    },
  };
}

const login = (service: string, name: string) => ({
  usernameFile: `${folders.credentials}/${service}/${name}-username`,
  passwordFile: `${folders.credentials}/${service}/${name}-password`,
});

const account = (service: string, store: string) => ({ service, ...login(service, store) });

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
