/** Stores that Google runs: Cloud SQL (CIS GCP chapter 6), Memorystore, buckets. */
import { Instance as Valkey } from '@pulumi/gcp/memorystore/instance.js';
import { Instance as Redis } from '@pulumi/gcp/redis/instance.js';
import { DatabaseInstance, type DatabaseInstanceArgs } from '@pulumi/gcp/sql/databaseInstance.js';
import { Bucket } from '@pulumi/gcp/storage/bucket.js';
import type { Unwrap } from '@pulumi/pulumi';
import { isGiven, rule } from './rule.ts';

type Sql = Unwrap<DatabaseInstanceArgs>;

const flag = ({ settings }: Sql, name: string): string | undefined =>
  settings?.databaseFlags?.find((each) => each.name === name)?.value;

const switchedOn = (name: string, flagName: string, description: string) =>
  rule(
    name,
    description,
    DatabaseInstance,
    (sql) => flag(sql, flagName) !== 'on' && `add the flag ${flagName} with the value on to settings.databaseFlags`,
  );

const isProd = ({ settings }: Sql): boolean => settings?.userLabels?.['environment'] === 'prod';
const isPrimary = (sql: Sql): boolean => !isGiven(() => sql.masterInstanceName);

export const databaseRules = [
  rule(
    'sql-no-public-address',
    'CIS 6.6: a database has no public address.',
    DatabaseInstance,
    ({ settings }) =>
      settings?.ipConfiguration?.ipv4Enabled !== false && 'set settings.ipConfiguration.ipv4Enabled to false',
    ({ settings }) =>
      !isGiven(() => settings?.ipConfiguration?.privateNetwork) &&
      'set settings.ipConfiguration.privateNetwork to the VPC',
  ),
  rule(
    'sql-no-open-network',
    'CIS 6.5: a database lets no range of the internet in.',
    DatabaseInstance,
    ({ settings }) =>
      (settings?.ipConfiguration?.authorizedNetworks ?? []).length > 0 &&
      'take settings.ipConfiguration.authorizedNetworks away',
  ),
  rule(
    'sql-tls-only',
    'CIS 6.4: a database speaks TLS only.',
    DatabaseInstance,
    ({ settings }) =>
      !['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'].includes(settings?.ipConfiguration?.sslMode ?? '') &&
      'set settings.ipConfiguration.sslMode to ENCRYPTED_ONLY or TRUSTED_CLIENT_CERTIFICATE_REQUIRED',
  ),
  rule(
    'sql-backups',
    'CIS 6.7: a database can be had back, to the second.',
    DatabaseInstance,
    (sql) =>
      isPrimary(sql) &&
      sql.settings?.backupConfiguration?.enabled !== true &&
      'set settings.backupConfiguration.enabled to true',
    (sql) =>
      isPrimary(sql) &&
      sql.settings?.backupConfiguration?.pointInTimeRecoveryEnabled !== true &&
      'set settings.backupConfiguration.pointInTimeRecoveryEnabled to true',
  ),
  rule(
    'sql-high-availability',
    'In prod a primary has a standby.',
    DatabaseInstance,
    (sql) =>
      isProd(sql) &&
      isPrimary(sql) &&
      sql.settings?.availabilityType !== 'REGIONAL' &&
      'set settings.availabilityType to REGIONAL',
  ),
  rule(
    'sql-log-duration',
    'CIS 6.2.7: how long statements take is logged as was chosen.',
    DatabaseInstance,
    (sql) =>
      !isGiven(() => flag(sql, 'log_min_duration_statement')) &&
      'add the flag log_min_duration_statement to settings.databaseFlags: milliseconds, or -1 for never',
  ),
  switchedOn('sql-log-connections', 'log_connections', 'CIS 6.2.2: connections are logged.'),
  switchedOn('sql-log-disconnections', 'log_disconnections', 'CIS 6.2.3: their ends too.'),
  switchedOn('sql-audit', 'cloudsql.enable_pgaudit', 'CIS 6.2.8: pgAudit is there.'),
  switchedOn('sql-iam', 'cloudsql.iam_authentication', 'People log in by IAM, not by a shared password.'),
  rule(
    'redis-private',
    'Redis asks for a password and speaks TLS.',
    Redis,
    ({ authEnabled }) => authEnabled !== true && 'set authEnabled to true',
    ({ transitEncryptionMode }) =>
      transitEncryptionMode !== 'SERVER_AUTHENTICATION' && 'set transitEncryptionMode to SERVER_AUTHENTICATION',
  ),
  rule(
    'redis-high-availability',
    'In prod Redis has a standby.',
    Redis,
    ({ labels, tier }) => labels?.['environment'] === 'prod' && tier !== 'STANDARD_HA' && 'set tier to STANDARD_HA',
  ),
  rule(
    'valkey-private',
    'Valkey asks who is there and speaks TLS.',
    Valkey,
    (valkey) => !isGiven(() => valkey.aclPolicy) && 'set aclPolicy to one with accounts and passwords',
    ({ transitEncryptionMode }) =>
      transitEncryptionMode !== 'SERVER_AUTHENTICATION' && 'set transitEncryptionMode to SERVER_AUTHENTICATION',
  ),
  rule(
    'valkey-high-availability',
    'In prod every shard of Valkey has a replica, in another zone.',
    Valkey,
    ({ labels, replicaCount }) =>
      labels?.['environment'] === 'prod' && (replicaCount ?? 0) < 1 && 'set replicaCount to 1 or more',
    ({ labels, zoneDistributionConfig }) =>
      labels?.['environment'] === 'prod' &&
      zoneDistributionConfig?.mode === 'SINGLE_ZONE' &&
      'set zoneDistributionConfig.mode to MULTI_ZONE',
  ),
  rule(
    'bucket-private',
    'A bucket is not public, and rights are given to it as a whole.',
    Bucket,
    ({ publicAccessPrevention }) => publicAccessPrevention !== 'enforced' && 'set publicAccessPrevention to enforced',
    ({ uniformBucketLevelAccess }) => uniformBucketLevelAccess !== true && 'set uniformBucketLevelAccess to true',
  ),
];
