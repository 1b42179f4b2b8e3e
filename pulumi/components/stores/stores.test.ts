import { output } from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { type Made, register, site } from '../../tests/engine/mocks.ts';
import { isSecret, opened } from '../../tests/engine/wire.ts';
import type { Network } from '../network/network.ts';
import type { Secrets } from '../shop/secrets.ts';
import { Cache, type CacheArgs } from './cache.ts';
import { Authority } from './authority.ts';
import { additionalConfig } from './broker-spec.ts';
import { OrderShards } from './order-shards.ts';
import { instanceSettings } from './postgres-settings.ts';
import { nameIn } from './private-name.ts';

const network = { id: output('vpc'), privateServices: [], endpoints: [] } as unknown as Network;
const secrets = { write: (name: string) => ({ secretName: `acme-${name}` }) } as unknown as Secrets;
const size = {
  tier: 'db-custom-4-16384',
  diskGb: 100,
  replicas: 2,
  maxConnections: 400,
  version: 'POSTGRES_17',
  recoveryDays: 7,
} as const;

const of = (made: Made[], type: string) => made.filter((each) => each.type.endsWith(`:${type}`));

describe('the order shards', () => {
  it('are each a primary with its replicas, a database and an administrator', async () => {
    const made = await register(
      () => new OrderShards('orders', { site, size, shards: ['a', 'b'], retired: [], network, secrets }),
    );
    expect(
      of(made, 'DatabaseInstance')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['a', 'a-replica-1', 'a-replica-2', 'b', 'b-replica-1', 'b-replica-2']);
    expect(of(made, 'Database').map(({ inputs }) => inputs['instance'])).toEqual(['a-0a1b2c3', 'b-0a1b2c3']);
    expect(of(made, 'User').map(({ inputs }) => inputs['deletionPolicy'])).toEqual(['ABANDON', 'ABANDON']);
  });

  it('are known by the names in their certificates, in a zone of the VPC', async () => {
    const made = await register(
      () =>
        new OrderShards('orders', {
          site,
          size: { ...size, replicas: 0 },
          shards: ['a'],
          retired: [],
          network,
          secrets,
        }),
    );
    expect(of(made, 'ManagedZone')[0]?.inputs).toMatchObject({
      dnsName: 'a.1a2b.europe-west1.sql.goog.',
      visibility: 'private',
    });
    expect(of(made, 'RecordSet')[0]?.inputs).toMatchObject({ type: 'A', rrdatas: ['10.44.0.3'] });
  });
});

describe('the settings of a PostgreSQL', () => {
  const settings = (change: object = {}) =>
    instanceSettings({ site, size, network: 'vpc', isReplica: false, ...change });

  it('give a primary a standby and backups, a replica neither', () => {
    expect(settings()).toMatchObject({ availabilityType: 'REGIONAL', backupConfiguration: { enabled: true } });
    expect(settings({ isReplica: true })).toMatchObject({ availabilityType: 'ZONAL' });
    expect(settings({ isReplica: true })).not.toHaveProperty('backupConfiguration');
  });

  it('are the same for a replica where it may not have less than its primary', () => {
    expect(settings({ isReplica: true })).toMatchObject({
      databaseFlags: (settings() as { databaseFlags: object }).databaseFlags,
    });
  });

  it('leave room for the connections that no service counts', () => {
    expect(settings()).toMatchObject({
      databaseFlags: expect.arrayContaining([{ name: 'max_connections', value: '450' }]),
    });
  });

  it('keep logs no longer than the edition can', () => {
    const kept = (tier: string) => settings({ size: { ...size, tier, recoveryDays: 30 } });
    expect(kept('db-custom-4-16384')).toMatchObject({
      edition: 'ENTERPRISE',
      backupConfiguration: { transactionLogRetentionDays: 7 },
    });
    expect(kept('db-perf-optimized-N-4')).toMatchObject({
      edition: 'ENTERPRISE_PLUS',
      backupConfiguration: { transactionLogRetentionDays: 30 },
    });
  });
});

it('takes the name of a database for private services access before its other names', () => {
  const names = [
    { connectionType: 'PRIVATE_SERVICE_CONNECT', name: 'psc.sql.goog.' },
    { connectionType: 'PRIVATE_SERVICES_ACCESS', name: 'psa.sql.goog.' },
  ];
  expect(nameIn(names, 'single.sql.goog.')).toBe('psa.sql.goog');
  expect(nameIn([], 'single.sql.goog.')).toBe('single.sql.goog');
});

describe('a cache', () => {
  const args = {
    site,
    engine: 'Redis',
    sizeGb: 20,
    eviction: 'noeviction',
    network,
    secrets,
  } as const satisfies CacheArgs;
  const make = async (change: Partial<CacheArgs>) => register(() => new Cache('state', { ...args, ...change }));

  it('of Redis has a standby in another zone, a password and TLS', async () => {
    expect(of(await make({}), 'Instance')[0]?.inputs).toMatchObject({
      tier: 'STANDARD_HA',
      locationId: 'europe-west1-b',
      alternativeLocationId: 'europe-west1-c',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
    });
  });

  it('that keeps carts refuses writes when full, writes to disk and is guarded; the other drops the oldest', async () => {
    expect(of(await make({}), 'Instance')[0]?.inputs).toMatchObject({
      redisConfigs: { 'maxmemory-policy': 'noeviction' },
      persistenceConfig: { persistenceMode: 'RDB' },
      deletionProtection: true,
    });
    expect(of(await make({ eviction: 'allkeys-lru' }), 'Instance')[0]?.inputs).toMatchObject({
      redisConfigs: { 'maxmemory-policy': 'allkeys-lru' },
      persistenceConfig: { persistenceMode: 'DISABLED' },
      deletionProtection: false,
    });
  });

  it('of Valkey is a cluster of as many shards as its size needs, with an account of its own', async () => {
    const made = await make({ engine: 'Valkey' });
    expect(of(made, 'Instance')[0]?.inputs).toMatchObject({
      mode: 'CLUSTER',
      shardCount: 4,
      replicaCount: 1,
      aclPolicy: 'state-0a1b2c3',
    });
    expect(isSecret(of(made, 'AclPolicy')[0]?.inputs['rules'])).toBe(true);
    expect(opened(of(made, 'AclPolicy')[0]?.inputs)).toMatchObject({
      rules: [
        { username: 'storefront-admin', rule: expect.stringMatching(/^on >\S+ /) },
        { username: 'default', rule: 'off -@all' },
      ],
    });
  });
});

it('signs the certificate of a server by the authority of its store', async () => {
  const made = await register(() =>
    new Authority('ca', { commonName: 'broker' }).issue('server', ['a.example', '*.a.example']),
  );
  expect(of(made, 'SelfSignedCert')[0]?.inputs).toMatchObject({ isCaCertificate: true, earlyRenewalHours: 1440 });
  expect(of(made, 'CertRequest')[0]?.inputs).toMatchObject({ dnsNames: ['a.example', '*.a.example'] });
  expect(of(made, 'LocallySignedCert')[0]?.inputs).toMatchObject({
    caCertPem: expect.stringContaining('\nca\n'),
    certRequestPem: expect.stringContaining('\nserver\n'),
  });
});

it('makes quorum queues unless told otherwise, and bounds them in every virtual host', () => {
  const lines = new Map(
    additionalConfig
      .trim()
      .split('\n')
      .map((line) => line.split(' = ') as [string, string]),
  );
  expect(lines.get('default_queue_type')).toBe('quorum');
  expect(lines.get('default_policies.operator.quorum-queues.vhost_pattern')).toBe('.*');
  expect(Number(lines.get('default_policies.operator.quorum-queues.delivery_limit'))).toBeGreaterThan(0);
});
