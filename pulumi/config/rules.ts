/** What one field alone cannot show. Each rule gives sentences that say what to do. */
import { addresses, type Cidr, overlap, parseCidr } from './cidr.ts';
import type { Settings } from './schema.ts';

type Rule = (settings: Settings) => string[];

/** Everything wrong between the fields, and shards of the last `pulumi up` that are no longer listed. */
export function problemsOf(settings: Settings, deployedShards: readonly string[]): string[] {
  return [...rules.flatMap((rule) => rule(settings)), ...removedShards(settings, deployedShards)];
}

const rangesOf = ({ network }: Settings): [string, Cidr][] =>
  Object.entries(network).map(([name, range]) => [name, parseCidr(range) as Cidr]);

function rangesApart(settings: Settings): string[] {
  const ranges = rangesOf(settings);
  return ranges.flatMap(([name, range], index) =>
    ranges
      .slice(index + 1)
      .filter(([, other]) => overlap(range, other))
      .map(([other]) => `network.${name}: overlaps network.${other}: give each its own range`),
  );
}

/** Cloud SQL takes a /24 of the producers' range for each region and kind of instance, Memorystore a /28 for each instance. */
const widest: Record<keyof Settings['network'], number> = {
  nodes: 24,
  pods: 21,
  services: 24,
  producers: 20,
  endpoints: 28,
};

function rangesLargeEnough(settings: Settings): string[] {
  return rangesOf(settings)
    .filter(([name, { prefix }]) => prefix > widest[name as keyof typeof widest])
    .map(([name]) => `network.${name}: is too small: take a /${widest[name as keyof typeof widest]} or larger`);
}

/** A node takes a /24 of the pods' range; blue-green upgrades run a pool twice. */
function podsFit(settings: Settings): string[] {
  const { system, services, training } = settings.cluster.pools;
  const nodes = 2 * (system.max + services.max + (training?.max ?? 0));
  const room = addresses(parseCidr(settings.network.pods) as Cidr) / 256;
  if (settings.cluster.mode === 'Autopilot' || nodes <= room) return [];
  return [
    `network.pods: has room for ${room} nodes, an upgrade of full pools needs ${nodes}: widen it or lower cluster.pools.*.max`,
  ];
}

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, at) => names.indexOf(name) !== at)),
];

const zonesOnce: Rule = ({ zones }) => repeated(zones).map((zone) => `zones: ${zone} is listed twice: remove one`);
const shardsOnce: Rule = ({ databases }) =>
  repeated(databases.orders.shards).map((name) => `databases.orders.shards: ${name} is listed twice: remove one`);

function prodIsAvailable(settings: Settings): string[] {
  const { environment, zones, cluster, mongo, broker, discovery } = settings;
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
}

const prodHasBudget: Rule = ({ environment, budget }) =>
  environment === 'prod' && !budget
    ? ['budget: prod needs one: pulumi config set --path budget.billingAccount 012345-6789AB-CDEF01']
    : [];

/** The quota of Cloud SQL is a hundred instances a project. */
function instancesFit({ databases: { customers, orders } }: Settings): string[] {
  const instances = 1 + customers.replicas + orders.shards.length * (1 + orders.replicas);
  return instances > 100
    ? [`databases: are ${instances} instances, a project may have 100: lower replicas, or ask for a higher quota`]
    : [];
}

/** Every secretRef of shop.spec must be a Secret that integrations makes. */
function secretsAreThere({ shop, integrations }: Settings): string[] {
  const names = new Set(Object.keys(integrations).map((name) => `${shop.name}-${name}`));
  return secretRefs(shop.spec)
    .filter((name) => !names.has(name))
    .map((name) => `shop.spec: refers to the Secret ${name}: add its keys to integrations`);
}

function secretRefs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'secretRef' ? [String((inner as { name?: unknown }).name)] : secretRefs(inner),
  );
}

/** A shard holds orders: taking its name from the list would delete its database. */
function removedShards({ databases, teardown }: Settings, deployed: readonly string[]): string[] {
  if (teardown) return [];
  const { shards, retired } = databases.orders;
  return deployed
    .filter((name) => !shards.includes(name) && !retired.includes(name))
    .map(
      (name) =>
        `databases.orders.shards: ${name} exists and is not listed: put it back; it may go once it is retired (pulumi/README.md, Day two)`,
    );
}

const rules: Rule[] = [
  rangesApart,
  rangesLargeEnough,
  podsFit,
  zonesOnce,
  shardsOnce,
  prodIsAvailable,
  prodHasBudget,
  instancesFit,
  secretsAreThere,
];
