/** How a service finds its stores: addresses, certificates, and how many connections it may have. */
import type { Storefront } from '@storefront/crds';
import type { Fleet } from '../../fleet.ts';
import { poolOf } from '../pools.ts';
import {
  address,
  brokerUrl,
  databaseOf,
  mongoUrl,
  type NamedServer,
  postgresUrls,
  redisUrl,
  serversOf,
  serversUsed,
} from '../stores.ts';
import { caFileOf } from './volumes.ts';

type Variables = Record<string, string>;

export function storeVariables(storefront: Storefront, fleet: Fleet, service: string): Variables {
  const stores = serversUsed(fleet[service]!).map((store) => variablesOf({ storefront, fleet, service, store }));
  return Object.assign({}, ...stores) as Variables;
}

type Use = { storefront: Storefront; fleet: Fleet; service: string; store: string };

function variablesOf({ storefront, fleet, service, store }: Use): Variables {
  const servers = serversOf(storefront, store);
  const [server] = servers as [NamedServer];
  const prefix = store.toUpperCase();
  const use = fleet[service]!.stores[store];
  const at = (url: string): Variables => ({ [`${prefix}_URL`]: url, ...caVariable(prefix, server) });
  if (use === undefined) return { ...at(brokerUrl(storefront, server)), ...replicasVariable(prefix, server) };
  if (use.kind === 'redis') return at(redisUrl(server));
  if (use.kind !== 'postgres') return at(mongoUrl(server, databaseOf(storefront, service, server)));
  const pool = (one: NamedServer) => poolOf(storefront, fleet, one);
  if (use.sharded) return { [`${prefix}_SHARDS`]: JSON.stringify(servers.map((one) => shardOf(one, pool(one)))) };
  const { primary, replicas } = postgresUrls(server);
  return {
    ...at(primary),
    ...(replicas.length > 0 ? { [`${prefix}_REPLICAS`]: replicas.join(',') } : {}),
    [`${prefix}_POOL`]: String(pool(server)),
  };
}

function caVariable(prefix: string, server: NamedServer): Variables {
  const file = caFileOf(server);
  return file ? { [`${prefix}_CA_FILE`]: file } : {};
}

/** Further nodes of the broker, `host:port` each. */
const replicasVariable = (prefix: string, { replicas = [] }: NamedServer): Variables =>
  replicas.length > 0 ? { [`${prefix}_REPLICAS`]: replicas.map(address).join(',') } : {};

function shardOf(server: NamedServer, pool: number) {
  const { primary: url, replicas } = postgresUrls(server);
  const caFile = caFileOf(server);
  return { name: server.shard, url, replicas, ...(caFile ? { caFile } : {}), pool };
}
