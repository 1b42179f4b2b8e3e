import { z } from 'zod';
import { isUnique, listOf, mapOf } from '../list.ts';
import { fixed, held, text } from '../rule.ts';
import { Cidrs, Endpoint, isAddress, ObjectName, SecretRef, ShortName } from './value.ts';

const Tls = held(
  z.strictObject({
    mode: z.enum(['Disabled', 'Required', 'Verified']).meta({
      description: 'Verified: encrypted, certificate and host name checked. Required: encrypted, not checked.',
    }),
    caSecretRef: SecretRef.exactOptional().meta({
      description: 'Secret with the CA to check against, where it is not a public one. Key: ca.crt.',
    }),
  }),
  {
    rule: "!has(self.caSecretRef) || self.mode == 'Verified'",
    message: 'caSecretRef is used by mode Verified only: set mode to Verified, or remove caSecretRef',
    holds: ({ caSecretRef, mode }) => caSecretRef === undefined || mode === 'Verified',
  },
);

const server = {
  primary: Endpoint.meta({ description: 'Where writes go.' }),
  adminSecretRef: SecretRef.meta({
    description:
      'Secret with an account that may make accounts. Keys: username, password. Only the provision Job reads it.',
  }),
  tls: Tls.exactOptional().meta({ description: 'Encryption of the connections; none unless given.' }),
  cidrs: Cidrs.exactOptional().meta({ description: 'Address ranges of the servers; needed where a host is a name.' }),
};

const replicas = (max: number) => listOf(Endpoint, { max: max }).exactOptional();

const Database = text(
  48,
  /^[a-z]([a-z0-9_-]*[a-z0-9])?$/,
  'write a database name: lower-case letters, digits, hyphens and underscores, starting with a letter',
);

type Server = { primary: Endpoint; replicas?: Endpoint[]; cidrs?: string[] };

/** A host by name says nothing to a network policy, which speaks of addresses only. */
const reachable = {
  rule:
    '(has(self.cidrs) && self.cidrs.size() > 0) || (isIP(self.primary.host) && ' +
    '(!has(self.replicas) || self.replicas.all(replica, isIP(replica.host))))',
  message:
    'a host is given by name: list the address ranges of the servers in cidrs, or the network policy cuts them off',
  holds: ({ primary, replicas, cidrs }: Server) =>
    (cidrs?.length ?? 0) > 0 || [primary, ...(replicas ?? [])].every(({ host }) => isAddress(host)),
};
const alone = {
  rule: '(has(self.cidrs) && self.cidrs.size() > 0) || isIP(self.primary.host)',
  message: reachable.message,
  holds: reachable.holds,
};

const sameDatabase = {
  rule: 'self.database == oldSelf.database',
  message: 'database cannot change, the data is in it: set it back, or restore into a new Storefront',
};
const sameOptionalDatabase = {
  rule: 'has(self.database) == has(oldSelf.database) && (!has(self.database) || self.database == oldSelf.database)',
  message: sameDatabase.message,
};

const postgres = {
  ...server,
  replicas: replicas(8).meta({ description: 'Read replicas, by streaming replication.' }),
  database: Database.meta({ description: 'Database that holds the schemas of the services. It cannot change.' }),
  maxConnections: z.int().min(10).max(10_000).exactOptional().meta({
    description: 'Connections all pods together may hold on the primary; pool sizes follow from it. 100 unless given.',
  }),
};

const Postgres = fixed(held(z.strictObject(postgres), reachable), sameDatabase);

const Shard = fixed(
  held(
    z.strictObject({ name: ShortName.meta({ description: 'Name of the shard. It cannot change.' }), ...postgres }),
    reachable,
  ),
  sameDatabase,
);
export type Shard = z.infer<typeof Shard>;

const Orders = z.strictObject({
  shards: held(mapOf(Shard, 'name', { min: 1, max: 64 }), {
    rule:
      'self.all(a, self.exists_one(b, a.primary.host == b.primary.host && a.primary.port == b.primary.port && ' +
      'a.database == b.database))',
    message: 'two shards are the same database: give each its own primary or its own database',
    holds: (shards) => isUnique(shards.map(placeOf)),
  }).meta({
    description: 'PostgreSQL databases over which orders are spread by hash. A new one is made ready and then filled.',
  }),
  rebalance: z.enum(['Manual', 'Auto']).default('Manual').meta({
    description: 'Who starts moving buckets to a new shard: a person (Manual) or the operator (Auto).',
  }),
});

const Mongo = fixed(
  held(
    z.strictObject({
      ...server,
      replicas: replicas(16).meta({ description: 'Further routers, or members of the replica set.' }),
      replicaSet: text(64, /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/, 'write the name of the replica set')
        .exactOptional()
        .meta({ description: 'Name of the replica set; absent behind routers.' }),
      database: Database.exactOptional().meta({
        description: 'Database of the service; <scope>-<service> unless given. It cannot change.',
      }),
    }),
    reachable,
  ),
  sameOptionalDatabase,
);

const Redis = held(
  z.strictObject({
    ...server,
    adminSecretRef: SecretRef.meta({
      description:
        'Secret with an account that may make accounts or, with accounts Shared, the only one. Keys: username, password.',
    }),
    accounts: z
      .enum(['PerService', 'Shared'])
      .exactOptional()
      .meta({
        description:
          'PerService: each service has an account that is limited to its keys. Shared: the server has one account, as a ' +
          'Memorystore has, and the services that use this store get the login of adminSecretRef. PerService unless given.',
      }),
  }),
  alone,
);

const Broker = held(
  z.strictObject({
    ...server,
    replicas: replicas(8).meta({ description: 'Further nodes of the cluster.' }),
    managementPort: z.int().min(1).max(65_535).meta({ description: 'Port of the HTTP API, on every node.' }),
  }),
  reachable,
);

const Media = held(
  z.strictObject({
    bucket: z
      .strictObject({
        name: text(
          63,
          /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
          'write the name of the bucket, without gs:// and without a path',
        ).meta({ description: 'Name of the bucket.' }),
      })
      .exactOptional()
      .meta({ description: 'A Google Cloud Storage bucket, reached by Workload Identity.' }),
    claim: z
      .strictObject({ name: ObjectName.meta({ description: 'Name of the PersistentVolumeClaim.' }) })
      .exactOptional()
      .meta({ description: 'A volume of the cluster. All product pods mount it.' }),
  }),
  {
    rule: 'has(self.bucket) != has(self.claim)',
    message: 'set exactly one of bucket and claim',
    holds: ({ bucket, claim }) => (bucket === undefined) !== (claim === undefined),
  },
);

export const Stores = held(
  z
    .strictObject({
      customers: Postgres.exactOptional().meta({ description: 'PostgreSQL of identity and customer.' }),
      orders: Orders.exactOptional().meta({ description: 'PostgreSQL of order, payment and shipping, sharded.' }),
      products: Mongo.meta({ description: 'MongoDB of product.' }),
      metadata: Mongo.exactOptional().meta({ description: 'MongoDB of review and recommendation.' }),
      cache: Redis.meta({ description: 'Redis that may lose everything (maxmemory-policy allkeys-lru).' }),
      state: Redis.meta({
        description: 'Redis that may lose nothing: carts, sessions, limits (noeviction, appendonly).',
      }),
      broker: Broker.exactOptional().meta({ description: 'RabbitMQ.' }),
      media: Media.meta({ description: 'Where pictures are kept.' }),
    })
    .meta({ description: 'Where the data is. Addresses are here and not in Secrets: network policies need them.' }),
  {
    rule: 'self.cache.primary.host != self.state.primary.host || self.cache.primary.port != self.state.primary.port',
    message: 'cache and state are the same server, and a cache may drop carts: give each its own Redis',
    holds: ({ cache, state }) => cache.primary.host !== state.primary.host || cache.primary.port !== state.primary.port,
  },
);
export type Stores = z.infer<typeof Stores>;

function placeOf({ primary, database }: Shard): string {
  return `${primary.host} ${primary.port} ${database}`;
}
