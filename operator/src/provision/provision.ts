/** Follows the plan, server by server; each waits for itself, and one that fails does not hide the others. */
import type { Log } from '@storefront/kit/log';
import type { Duration } from '@storefront/kit/time';
import { provisionConsul } from './consul.ts';
import { provisionMongo } from './mongo.ts';
import { patiently } from './patience.ts';
import type { ProvisionPlan } from './plan.ts';
import { provisionRedis } from './redis.ts';

/** Makes stores and Consul agree to the plan; any number of times. Throws one error whose message names every server that did not. */
export async function provision(plan: ProvisionPlan, { log, within }: { log: Log; within: Duration }): Promise<void> {
  const works = [
    ...plan.mongo.map((server) => ({ name: `stores.${server.store}`, work: () => provisionMongo(server, log) })),
    ...plan.redis.map((server) => ({ name: `stores.${server.store}`, work: () => provisionRedis(server, log) })),
    { name: 'discovery', work: () => provisionConsul(plan.consul, log) },
  ];
  const outcomes = await Promise.all(
    works.map(({ name, work }) =>
      patiently(work, {
        within,
        onRetry: (error) => log.warn({ server: name, error }, 'no success yet, trying again'),
      }).then(
        () => undefined,
        (error: Error) => `${name}: ${error.message}`,
      ),
    ),
  );
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
