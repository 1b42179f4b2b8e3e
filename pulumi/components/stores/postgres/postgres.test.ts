import { describe, expect, it } from 'vitest';
import { type Made, of, register, site } from '../../../tests/engine/mocks.ts';
import { surroundings } from '../../../tests/engine/surroundings.ts';
import { OrderShards } from './order-shards.ts';
import { instanceSettings } from './postgres-settings.ts';
import { nameIn } from './private-name.ts';

const size = {
  tier: 'db-custom-4-16384',
  diskGb: 100,
  replicas: 2,
  maxConnections: 400,
  version: 'POSTGRES_17',
  recoveryDays: 7,
} as const;

describe('the order shards', () => {
  it('are each a primary with its replicas, a database and an administrator', async () => {
    const made = await register(
      () => new OrderShards('orders', { ...surroundings(), size, shards: ['a', 'b'], retired: [] }),
    );
    expect(
      of(made, 'DatabaseInstance')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['a', 'a-replica-1', 'a-replica-2', 'b', 'b-replica-1', 'b-replica-2']);
    expect(of(made, 'Database').map(({ inputs }) => inputs['instance'])).toEqual(['a-0a1b2c3', 'b-0a1b2c3']);
  });

  it('go whole: nothing in an instance is dropped while somebody is connected to it', async () => {
    const made = await register(
      () => new OrderShards('orders', { ...surroundings(), size, shards: ['a', 'b'], retired: [] }),
    );
    for (const type of ['Database', 'User'])
      expect(of(made, type).map(({ inputs }) => inputs['deletionPolicy'])).toEqual(['ABANDON', 'ABANDON']);
  });

  it('take the passwords that are made for them: by the program, and by the operator', async () => {
    const made = await register(
      () => new OrderShards('orders', { ...surroundings(), size, shards: ['a'], retired: [] }),
    );
    const [instance] = of(made, 'DatabaseInstance') as [Made];
    const { passwordValidationPolicy: policy } = instance.inputs['settings'] as {
      passwordValidationPolicy: { minLength: number };
    };
    // COMPLEXITY_DEFAULT demands a sign. Neither ours nor the operator's (32 bytes as base64url) are sure to have one.
    expect(policy).not.toHaveProperty('complexity');
    const ofProgram = of(made, 'RandomPassword').map(({ inputs }) => Number(inputs['length']));
    const ofOperator = Buffer.alloc(32).toString('base64url').length;
    expect(Math.min(...ofProgram, ofOperator)).toBeGreaterThanOrEqual(policy.minLength);
  });

  it('are known by the names in their certificates, in a zone of the VPC', async () => {
    const made = await register(
      () =>
        new OrderShards('orders', { ...surroundings(), size: { ...size, replicas: 0 }, shards: ['a'], retired: [] }),
    );
    expect(of(made, 'ManagedZone')[0]?.inputs).toMatchObject({
      dnsName: 'a.1a2b.europe-west1.sql.goog.',
      visibility: 'private',
      labels: { shop: 'acme', component: 'postgres' },
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

  it('say of a replica nothing that Cloud SQL takes from its primary: when it is maintained, what happens to backups', () => {
    expect(settings()).toMatchObject({ maintenanceWindow: { updateTrack: 'week5' }, retainBackupsOnDelete: true });
    expect(settings({ isReplica: true })).not.toHaveProperty('maintenanceWindow');
    expect(settings({ isReplica: true })).not.toHaveProperty('retainBackupsOnDelete');
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
