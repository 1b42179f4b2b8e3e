/** Follows the plan, server by server; each waits for itself, and one that fails does not hide the others. */
import type { Log } from '@storefront/kit/log';
import type { Duration } from '@storefront/kit/time';
import { provisionBroker, removeBroker } from './broker/broker.ts';
import { provisionConsul, removeConsul } from './consul.ts';
import { provisionMongo, removeMongo } from './mongo.ts';
import { patiently } from './patience.ts';
import type { ProvisionPlan } from './plan.ts';
import { foundBuckets, provisionDatabase, removeDatabase } from './postgres/postgres.ts';
import { provisionRedis, removeRedis } from './redis.ts';

type Options = { log: Log; within: Duration };
type Work = { name: string; work: () => Promise<void> };

/** Makes stores and Consul agree to the plan; any number of times. Throws one error whose message names every server that did not. */
export async function provision(plan: ProvisionPlan, { log, within }: Options): Promise<void> {
  const { postgres, mongo, redis, broker, consul } = plan;
  await all({ log, within }, [
    ...postgres.flatMap((store) =>
      store.databases.map((database) => ({
        name: nameOf(database),
        work: () => provisionDatabase(store, database, log),
      })),
    ),
    ...mongo.map((server) => ({ name: `stores.${server.store}`, work: () => provisionMongo(server, log) })),
    ...redis.map((server) => ({ name: `stores.${server.store}`, work: () => provisionRedis(server, log) })),
    ...(broker ? [{ name: 'stores.broker', work: () => provisionBroker(broker, log) }] : []),
    { name: 'discovery', work: () => provisionConsul(consul, log) },
  ]);
  const founding = (store: (typeof postgres)[number]) => ({
    name: `stores.${store.store}`,
    work: () => foundBuckets(store, log),
  });
  await all({ log, within }, postgres.map(founding));
}

/** Takes away what `provision` made and what the services have put there: accounts, databases, keys, queues. */
export async function remove(plan: ProvisionPlan, { log, within }: Options): Promise<void> {
  const { postgres, mongo, redis, broker, consul } = plan;
  await all({ log, within }, [
    ...postgres.flatMap((store) =>
      store.databases.map((database) => ({ name: nameOf(database), work: () => removeDatabase(store, database, log) })),
    ),
    ...mongo.map((server) => ({ name: `stores.${server.store}`, work: () => removeMongo(server, log) })),
    ...redis.map((server) => ({ name: `stores.${server.store}`, work: () => removeRedis(server, log) })),
    ...(broker ? [{ name: 'stores.broker', work: () => removeBroker(broker, log) }] : []),
    { name: 'discovery', work: () => removeConsul(consul, log) },
  ]);
}

const nameOf = ({ path }: { path: string }): string => path.replace(/^spec\./, '');

async function all({ log, within }: Options, works: Work[]): Promise<void> {
  const outcomes = await Promise.all(
    works.map(({ name, work }) => {
      const onRetry = (error: Error) => log.warn({ server: name, error }, 'no success yet, trying again');
      return patiently(work, { within, onRetry }).then(
        () => undefined,
        (error: Error) => `${name}: ${error.message}`,
      );
    }),
  );
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
