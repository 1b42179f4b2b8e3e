import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNetwork, networkExists } from '../network.ts';
import { storeInstances, type StoreInstance } from '../paths.ts';
import { runningPid } from '../process.ts';
import type { Say } from '../steps.ts';
import { refuseForeignServers } from './address.ts';
import { consulServer, startConsul } from './consul/consul.ts';
import { storeInstance, type Instance, type StoreServer } from './instance.ts';
import { mailServer, startMail } from './mail.ts';
import { documentServer, ferretServer, startMongo } from './mongo.ts';
import { customersServer, orderShards, startCustomers, startShard } from './postgres/databases.ts';
import { epmdServer, rabbitServer, startRabbit } from './rabbitmq/rabbitmq.ts';
import { redisServer, startRedis } from './redis.ts';
import { writePrivate } from './secrets.ts';
import { simulatorNames, simulatorServer, startCarrier, startStripe } from './simulators.ts';
import { stopServer } from './server.ts';
import { describeStores } from './stores-file.ts';

/** The servers of an instance. */
export function storeServers(name: StoreInstance): StoreServer[] {
  const instance = storeInstance(name);
  return [
    rabbitServer(instance),
    epmdServer(instance),
    ferretServer(instance),
    documentServer(instance),
    customersServer(instance),
    ...orderShards(instance).flatMap(({ primary, replica }) => [primary, replica]),
    redisServer(instance, 'cache'),
    redisServer(instance, 'state'),
    mailServer(instance),
    consulServer(instance),
    ...simulatorNames.map((simulator) => simulatorServer(instance, simulator)),
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

  const outcomes = await Promise.allSettled(
    Object.entries(startAll(instance)).map(async ([store, start]) => {
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

/** The slowest first. */
function startAll(instance: Instance): Record<string, Promise<'started' | 'running'>> {
  return {
    broker: startRabbit(instance),
    mongo: startMongo(instance),
    customers: startCustomers(instance),
    ...Object.fromEntries(orderShards(instance).map((pair) => [pair.primary.name, startShard(instance, pair)])),
    consul: startConsul(instance),
    cache: startRedis(instance, 'cache'),
    state: startRedis(instance, 'state'),
    mail: startMail(instance),
    stripe: startStripe(instance),
    carrier: startCarrier(instance),
  };
}

/** Stops the servers of an instance; its data stays. */
export async function stopStores(name: StoreInstance): Promise<void> {
  if (existsSync(storeInstance(name).dir)) await stopAll(storeServers(name));
}

/** Who works with another server goes before it, the others at once. */
async function stopAll(servers: readonly StoreServer[]): Promise<void> {
  const isFirst = ({ needs }: StoreServer) => needs !== undefined;
  await Promise.all(servers.filter(isFirst).map((server) => stopServer(server)));
  await Promise.all(servers.filter((server) => !isFirst(server)).map((server) => stopServer(server)));
}

/** The instances of this checkout of which something runs. */
export function runningInstances(): StoreInstance[] {
  return networkExists() ? storeInstances.filter((name) => storeServers(name).some(isRunning)) : [];
}

const isRunning = (server: StoreServer): boolean => runningPid(server) !== undefined;
