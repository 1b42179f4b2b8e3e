/** What a stack that earns money may not do without. */
import { type Rule, rule } from './rule.ts';

const zones = rule(['environment', 'zones'], ({ environment, zones: letters }) =>
  environment === 'prod' && letters.length < 3 ? ['zones: prod needs three zones: list three letters'] : [],
);

const mongo = rule(['environment', 'mongo.members', 'mongo.routers'], ({ environment, mongo: { members, routers } }) =>
  environment === 'prod'
    ? [
        ...(members < 3 ? ['mongo.members: prod needs three: with fewer a lost node stops writes'] : []),
        ...(routers < 2 ? ['mongo.routers: prod needs two'] : []),
      ]
    : [],
);

const broker = rule(['environment', 'broker.nodes'], ({ environment, broker: { nodes } }) =>
  environment === 'prod' && nodes < 3 ? ['broker.nodes: prod needs three: quorum queues need a majority'] : [],
);

const discovery = rule(['environment', 'discovery.servers'], ({ environment, discovery: { servers } }) =>
  environment === 'prod' && servers < 3 ? ['discovery.servers: prod needs three: Consul needs a majority'] : [],
);

const channel = rule(['environment', 'cluster.channel'], ({ environment, cluster }) =>
  environment === 'prod' && cluster.channel === 'RAPID'
    ? ['cluster.channel: RAPID is not for prod: take REGULAR or STABLE']
    : [],
);

const budget = rule(['environment', 'budget'], ({ environment, budget: own }) =>
  environment === 'prod' && !own
    ? ['budget: prod needs one: pulumi config set --path budget.billingAccount 012345-6789AB-CDEF01']
    : [],
);

export const productionRules: Rule[] = [zones, mongo, broker, discovery, channel, budget];
