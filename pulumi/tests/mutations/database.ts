import { type Mutation, values } from './mutation.ts';

const sql = 'sql/databaseInstance:DatabaseInstance orders-1';
const redis = 'redis/instance:Instance state';
const valkey = 'memorystore/instance:Instance state';
const bucket = 'storage/bucket:Bucket media';

const demanded = [
  'cloudsql.enable_pgaudit',
  'cloudsql.iam_authentication',
  'log_connections',
  'log_disconnections',
  'log_min_duration_statement',
];
const flags = (name: string, value: string | undefined) =>
  demanded
    .map((each) => ({ name: each, value: each === name ? value : 'on' }))
    .filter((each) => each.value !== undefined);
/** The flag left out, and turned off. */
const flagged = (rule: string, name: string): Mutation[] =>
  values(rule, sql, 'settings.databaseFlags', flags(name, undefined), flags(name, 'off'));

export const database: Mutation[] = [
  ...values('sql-no-public-address', sql, 'settings.ipConfiguration.ipv4Enabled', true, undefined),
  ['sql-no-public-address', sql, 'settings.ipConfiguration.privateNetwork', undefined],
  ['sql-no-open-network', sql, 'settings.ipConfiguration.authorizedNetworks', [{ value: '0.0.0.0/0' }]],
  ...values('sql-tls-only', sql, 'settings.ipConfiguration.sslMode', 'ALLOW_UNENCRYPTED_AND_ENCRYPTED', undefined),
  ['sql-backups', sql, 'settings.backupConfiguration.enabled', false],
  ['sql-backups', sql, 'settings.backupConfiguration.pointInTimeRecoveryEnabled', false],
  ['sql-backups', sql, 'settings.backupConfiguration', undefined],
  ...values('sql-high-availability', sql, 'settings.availabilityType', 'ZONAL', undefined),
  ['sql-log-duration', sql, 'settings.databaseFlags', flags('log_min_duration_statement', undefined)],
  ...flagged('sql-log-connections', 'log_connections'),
  ...flagged('sql-log-disconnections', 'log_disconnections'),
  ...flagged('sql-audit', 'cloudsql.enable_pgaudit'),
  ...flagged('sql-iam', 'cloudsql.iam_authentication'),
  ...values('redis-private', redis, 'authEnabled', false, undefined),
  ...values('redis-private', redis, 'transitEncryptionMode', 'DISABLED', undefined),
  ...values('redis-high-availability', redis, 'tier', 'BASIC', undefined),
  ['valkey-private', valkey, 'aclPolicy', undefined],
  ...values('valkey-private', valkey, 'transitEncryptionMode', 'TRANSIT_ENCRYPTION_DISABLED', undefined),
  ...values('valkey-high-availability', valkey, 'replicaCount', 0, undefined),
  ['valkey-high-availability', valkey, 'zoneDistributionConfig.mode', 'SINGLE_ZONE'],
  ...values('bucket-private', bucket, 'publicAccessPrevention', 'inherited', undefined),
  ...values('bucket-private', bucket, 'uniformBucketLevelAccess', false, undefined),
];
