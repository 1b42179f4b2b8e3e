import { isPlus } from '../schema/databases.ts';
import { repeated, type Rule, rule } from './rule.ts';

const shardsOnce = rule(['databases.orders'], ({ databases }) =>
  repeated(databases.orders.shards).map((name) => `databases.orders.shards: ${name} is listed twice: remove one`),
);

/** The quota of Cloud SQL is a hundred instances a project. */
const instancesFit = rule(['databases'], ({ databases: { customers, orders } }) => {
  const instances = 1 + customers.replicas + orders.shards.length * (1 + orders.replicas);
  return instances > 100
    ? [`databases: are ${instances} instances, a project may have 100: lower replicas, or ask for a higher quota`]
    : [];
});

/** https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr: the edition ENTERPRISE keeps logs for seven days at most. */
const recoveryOfEdition = rule(['databases'], ({ databases }) =>
  (['customers', 'orders'] as const)
    .filter((name) => databases[name].recoveryDays > 7 && !isPlus(databases[name].tier))
    .map((name) => `databases.${name}.recoveryDays: is 7 at most, or take a tier of db-perf-optimized-N-…`),
);

export const databaseRules: Rule[] = [shardsOnce, instancesFit, recoveryOfEdition];

/** A shard holds orders: taking its name from the list would delete its database. */
export const removedShards = (deployed: readonly string[]): Rule =>
  rule(['databases.orders', 'teardown'], ({ databases, teardown }) => {
    if (teardown) return [];
    const { shards, retired } = databases.orders;
    return deployed
      .filter((name) => !shards.includes(name) && !retired.includes(name))
      .map(
        (name) =>
          `databases.orders.shards: ${name} exists and is not listed: put it back; it may go once it is retired (pulumi/README.md, Day two)`,
      );
  });
