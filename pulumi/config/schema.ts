/** What a stack may say. `tsc` sees no enum, range or name in a stack file, and the provider only some: they are checked here. */
import { z } from 'zod';
import { isPrivate, parseCidr } from './cidr.ts';

const text = (pattern: RegExp, message: string) => z.string().regex(pattern, message);

/** Where all of Cloud SQL, Memorystore, GKE and Private Service Connect policies are offered. */
export const regions = [
  'asia-east1',
  'asia-northeast1',
  'asia-southeast1',
  'australia-southeast1',
  'europe-north1',
  'europe-west1',
  'europe-west3',
  'europe-west4',
  'europe-west9',
  'northamerica-northeast1',
  'southamerica-east1',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west1',
] as const;

const Project = text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'write the id of the project, such as acme-shop-prod');
const Name = text(/^[a-z]([-a-z0-9]{0,14}[a-z0-9])?$/, 'write a lower-case name of at most 16 characters');
const Domain = text(
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$/,
  'write a DNS name in lower case, such as shop.acme.example',
);
const Email = z.email('write an e-mail address');
const Quantity = text(/^[1-9][0-9]*(m|Mi|Gi)?$/, 'write a quantity of Kubernetes, such as 500m or 2Gi');
const Cron = text(/^(\S+ ){4}\S+$/, 'write a schedule of five fields, such as 0 3 * * *');
const Machine = text(
  /^(e2-(medium|small|micro)|[a-z][0-9][a-z]?-(standard|highmem|highcpu)-[1-9][0-9]*)$/,
  'write a machine type, such as e2-standard-4',
);
const Cidr = z
  .string()
  .refine((value) => parseCidr(value) !== undefined, 'write an address range whose host bits are zero: 10.0.0.0/20')
  .refine((value) => !parseCidr(value) || isPrivate(parseCidr(value) as never), 'take a private range (RFC 1918)');

export const Network = z.strictObject({
  /** Nodes and internal load balancers. */
  nodes: Cidr,
  pods: Cidr,
  services: Cidr,
  /** Given to Google's producers: Cloud SQL and Memorystore for Redis live here. */
  producers: Cidr,
  /** Endpoints of Private Service Connect: Memorystore for Valkey. */
  endpoints: Cidr,
});

const Pool = z
  .strictObject({
    machine: Machine,
    /** In all zones together. */
    min: z.int().min(0).max(1000),
    max: z.int().min(1).max(1000),
    diskGb: z.int().min(20).max(65_536),
  })
  .refine(({ min, max }) => min <= max, 'min is above max');

export const Cluster = z.strictObject({
  mode: z.enum(['Standard', 'Autopilot']),
  channel: z.enum(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED']),
  /** Google Group whose member groups may be bound in RBAC. It is called gke-security-groups. */
  securityGroup: text(
    /^gke-security-groups@[a-z0-9.-]+$/,
    'GKE takes only a group called gke-security-groups@<domain>',
  ),
  /** Hours (UTC) in which GKE may upgrade: at least 48 a month in windows of four or more. */
  maintenance: z.strictObject({
    start: text(/^[0-2][0-9]:[0-5][0-9]$/, 'write a time of day in UTC, such as 02:00'),
    hours: z.int().min(4).max(24),
    days: z.array(z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])).min(1),
  }),
  pools: z.strictObject({ system: Pool, services: Pool, training: Pool.exactOptional() }),
  backup: z.strictObject({ schedule: Cron, keepDays: z.int().min(3).max(365) }),
});

const perfOptimized = /^db-perf-optimized-N-(2|4|8|16|32|48|64|80|96|128)$/;

/** `db-custom-<vCPU>-<MiB>`: 1 or an even number of vCPUs, 0.9 to 6.5 GiB for each, in steps of 256 MiB, 3.75 GiB at least. */
export function isTier(tier: string): boolean {
  const [, cpuText, memoryText] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  if (cpuText === undefined) return perfOptimized.test(tier);
  const [cpus, memory] = [Number(cpuText), Number(memoryText)];
  const isCount = cpus === 1 || (cpus % 2 === 0 && cpus >= 2 && cpus <= 96);
  return isCount && memory % 256 === 0 && memory >= Math.max(3840, cpus * 922) && memory <= cpus * 6656;
}

const postgres = {
  version: z.enum(['POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17', 'POSTGRES_18']),
  /** Days of point in time recovery. */
  recoveryDays: z.int().min(1).max(35),
  tier: z.string().refine(isTier, 'write a tier that Cloud SQL sells, such as db-custom-2-8192'),
  diskGb: z.int().min(10).max(65_536),
  replicas: z.int().min(0).max(8),
  maxConnections: z.int().min(25).max(10_000),
};
const ShardName = text(/^[a-z]([-a-z0-9]{0,22}[a-z0-9])?$/, 'write a lower-case name of at most 24 characters');

export const Databases = z.strictObject({
  customers: z.strictObject(postgres),
  orders: z.strictObject({
    ...postgres,
    shards: z.array(ShardName).min(1).max(64),
    /** Shards whose buckets were moved away: their guards are off, and they may be taken from the list. */
    retired: z.array(ShardName).default([]),
  }),
});

const CacheSize = z.strictObject({ sizeGb: z.int().min(1).max(300) });
export const Caches = z.strictObject({
  engine: z.enum(['Redis', 'Valkey']),
  cache: CacheSize,
  state: CacheSize,
});

const Server = { cpu: Quantity, memory: Quantity, diskGb: z.int().min(1).max(65_536) };

export const Mongo = z.strictObject({
  shards: z.int().min(1).max(32),
  members: z.union([z.literal(1), z.literal(3), z.literal(5)], 'an odd number of members votes: 1, 3 or 5'),
  routers: z.int().min(1).max(16),
  ...Server,
  backup: z.strictObject({ schedule: Cron, keep: z.int().min(1).max(365) }),
});

const quorum = z.union([z.literal(1), z.literal(3), z.literal(5)], 'an odd number of nodes votes: 1, 3 or 5');
export const Broker = z.strictObject({ nodes: quorum, ...Server });
export const Discovery = z.strictObject({ servers: quorum, ...Server });

export const Edge = z.strictObject({
  host: Domain,
  /** Name (not the DNS name) of an existing Cloud DNS zone to which host's domain is delegated. */
  dnsZone: text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'write the name of the zone in Cloud DNS, such as acme-example'),
  /** Requests a minute and address, above which an address is refused. */
  requestsPerMinute: z.int().min(10).max(1_000_000),
});

export const Release = z.strictObject({
  version: text(/^[0-9A-Za-z][0-9A-Za-z.-]*$/, 'write a version such as 1.4.2'),
  /** Registry that publishes releases; Artifact Registry keeps what was pulled. */
  registry: text(/^https:\/\/[a-z0-9.-]+$/, 'write the address of the registry, such as https://ghcr.io'),
  /** Path in that registry. */
  image: text(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'write the path of the image in the registry, without tag'),
  digest: text(/^sha256:[a-f0-9]{64}$/, 'write the digest as sha256: and 64 lower-case hex digits'),
});

export const Shop = z.strictObject({
  name: Name,
  namespace: Name,
  /** Fields of the Storefront that are not about the platform: locale, currencies, services, payments, … */
  spec: z.looseObject({}),
});

export const Alerts = z.strictObject({ email: Email });

export const Budget = z.strictObject({
  billingAccount: text(
    /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
    'write the id of the billing account: 012345-6789AB-CDEF01',
  ),
  currency: text(/^[A-Z]{3}$/, 'write the currency of the billing account, such as EUR'),
  monthly: z.int().min(1),
});

/** Secrets of the outside world: name of the Secret without the shop's, then its keys. */
export const Integrations = z.record(
  Name,
  z.record(text(/^[a-z][a-z0-9-]*$/, 'write a key such as api-key'), z.string()),
);

export const Schema = z.strictObject({
  project: Project,
  region: z.enum(regions, `choose one of ${regions.join(', ')}`),
  /** Letters of the zones: one for dev, three for prod. */
  zones: z
    .array(text(/^[a-f]$/, 'write the letter of the zone, such as b'))
    .min(1)
    .max(3),
  environment: z.enum(['dev', 'prod']),
  /** Clears every guard of the data, so that the next `pulumi destroy` may remove it. */
  teardown: z.boolean().default(false),
  network: Network,
  cluster: Cluster,
  databases: Databases,
  caches: Caches,
  mongo: Mongo,
  broker: Broker,
  discovery: Discovery,
  edge: Edge,
  release: Release,
  shop: Shop,
  alerts: Alerts,
  budget: Budget.exactOptional(),
  integrations: Integrations.default({}),
});
export type Settings = z.infer<typeof Schema>;
export type Pool = z.infer<typeof Pool>;
