import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNetwork, networkExists } from '../network.ts';
import { ports, storeInstances, type StoreInstance } from '../paths.ts';
import { runningPid } from '../process.ts';
import type { Say } from '../steps.ts';
import { consulFacts, consulServer, datacenter, readCertificate, startConsul } from './consul.ts';
import { adminUser, storeInstance, type Instance, type StoreServer } from './instance.ts';
import { ferretServer, mongoPassword, postgresServer, startMongo } from './mongo.ts';
import { redisPassword, redisServer, startRedis } from './redis.ts';
import { writePrivate } from './secrets.ts';
import { stopServer } from './server.ts';
import { refuseForeignServers } from './address.ts';

/** What others need to use an instance: the content of its `stores.json`. */
export type StoresFile = {
  mongo: StoreAccount;
  cache: StoreAccount;
  state: StoreAccount;
  consul: {
    https: string;
    servers: string[];
    datacenter: string;
    token: string;
    caPem: string;
    gossipKey: string;
  };
};

export type StoreAccount = { url: string; username: string; password: string };

/** The servers of an instance in the order in which they are stopped: who uses another goes first. */
export function storeServers(name: StoreInstance): StoreServer[] {
  const instance = storeInstance(name);
  return [
    ferretServer(instance),
    postgresServer(instance),
    redisServer(instance, 'cache'),
    redisServer(instance, 'state'),
    consulServer(instance),
  ];
}

/** Starts what of an instance does not run, all at once, and writes its `stores.json`. A failed start leaves nothing running that was not. */
export async function startStores(name: StoreInstance, say: Say = () => undefined): Promise<string> {
  const instance = storeInstance(name);
  await ensureNetwork();
  await refuseForeignServers(instance, storeServers(name));
  const before = new Set(
    storeServers(name)
      .filter(isRunning)
      .map((server) => server.name),
  );

  const starts = { mongo: startMongo(instance), consul: startConsul(instance), ...startBothRedis(instance) };
  const outcomes = await Promise.allSettled(
    Object.entries(starts).map(async ([store, start]) => {
      const outcome = await start;
      if (outcome === 'started') say(`${store} answers`);
      return outcome;
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stopAll(storeServers(name).filter((server) => !before.has(server.name)));
    throw failed.reason;
  }
  writePrivate(join(instance.dir, 'stores.json'), `${JSON.stringify(describeStores(instance), null, 2)}\n`);
  return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'started')
    ? `started at ${instance.address}`
    : 'unchanged';
}

function startBothRedis(instance: Instance) {
  return { cache: startRedis(instance, 'cache'), state: startRedis(instance, 'state') };
}

export function describeStores(instance: Instance): StoresFile {
  const { address } = instance;
  const consul = consulFacts(instance);
  const account = (url: string, password: string) => ({ url, username: adminUser, password });
  return {
    mongo: account(`mongodb://${address}:${ports.mongo}`, mongoPassword(instance)),
    cache: account(`redis://${address}:${ports.cache}`, redisPassword(instance, 'cache')),
    state: account(`redis://${address}:${ports.state}`, redisPassword(instance, 'state')),
    consul: {
      https: `https://${address}:${ports.consul.https}`,
      servers: [address],
      datacenter,
      token: consul.adminToken,
      caPem: readCertificate(consul),
      gossipKey: consul.gossipKey,
    },
  };
}

/** Stops the servers of an instance; its data stays. */
export async function stopStores(name: StoreInstance): Promise<void> {
  if (existsSync(storeInstance(name).dir)) await stopAll(storeServers(name));
}

/** FerretDB before its PostgreSQL, the others at once. */
async function stopAll(servers: readonly StoreServer[]): Promise<void> {
  const isFerret = (server: StoreServer) => server.name === 'ferretdb';
  await Promise.all(servers.filter(isFerret).map((server) => stopServer(server)));
  await Promise.all(servers.filter((server) => !isFerret(server)).map((server) => stopServer(server)));
}

/** The instances of this checkout of which something runs. */
export function runningInstances(): StoreInstance[] {
  return networkExists() ? storeInstances.filter((name) => storeServers(name).some(isRunning)) : [];
}

const isRunning = (server: StoreServer): boolean => runningPid(server) !== undefined;
