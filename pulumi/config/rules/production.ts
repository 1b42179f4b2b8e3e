/** What a stack that earns money may not do without. */
import { type Rule, rule } from './rule.ts';

const isAvailable = rule(
  ['environment', 'zones', 'cluster', 'mongo', 'broker', 'discovery'],
  ({ environment, zones, cluster, mongo, broker, discovery }) => {
    if (environment !== 'prod') return [];
    const wrong: [boolean, string][] = [
      [zones.length < 3, 'zones: prod needs three zones: list three letters'],
      [mongo.members < 3, 'mongo.members: prod needs three: with fewer a lost node stops writes'],
      [mongo.routers < 2, 'mongo.routers: prod needs two'],
      [broker.nodes < 3, 'broker.nodes: prod needs three: quorum queues need a majority'],
      [discovery.servers < 3, 'discovery.servers: prod needs three: Consul needs a majority'],
      [cluster.channel === 'RAPID', 'cluster.channel: RAPID is not for prod: take REGULAR or STABLE'],
    ];
    return wrong.filter(([isWrong]) => isWrong).map(([, sentence]) => sentence);
  },
);

const hasBudget = rule(['environment', 'budget'], ({ environment, budget }) =>
  environment === 'prod' && !budget
    ? ['budget: prod needs one: pulumi config set --path budget.billingAccount 012345-6789AB-CDEF01']
    : [],
);

export const productionRules: Rule[] = [isAvailable, hasBudget];
