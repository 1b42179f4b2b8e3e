/** Cloud SQL (CIS GCP chapter 6), Memorystore, buckets. */
import { Instance as Valkey } from '@pulumi/gcp/memorystore/instance.js';
import { Instance as Redis } from '@pulumi/gcp/redis/instance.js';
import { DatabaseInstance, type DatabaseInstanceArgs } from '@pulumi/gcp/sql/databaseInstance.js';
import { Bucket } from '@pulumi/gcp/storage/bucket.js';
import type { Unwrap } from '@pulumi/pulumi';
import { rule } from './rule.ts';

type Sql = Unwrap<DatabaseInstanceArgs>;

const flag = ({ settings }: Sql, name: string): string | undefined =>
  settings?.databaseFlags?.find((each) => each.name === name)?.value;

const hasFlag = (name: string, flagName: string, description: string) =>
  rule(name, description, DatabaseInstance, (sql) => flag(sql, flagName) !== 'on' && `set ${flagName} to on`);

const isProd = ({ settings }: Sql): boolean => settings?.userLabels?.['environment'] === 'prod';
const isPrimary = ({ masterInstanceName }: Sql): boolean => !masterInstanceName;

export const databaseRules = [
  rule(
    'sql-no-public-address',
    'A database has no public address.',
    DatabaseInstance,
    ({ settings }) =>
      (settings?.ipConfiguration?.ipv4Enabled !== false || !settings.ipConfiguration.privateNetwork) &&
      'set ipv4Enabled to false, and privateNetwork',
  ),
  rule(
    'sql-no-open-network',
    'A database lets no range of the internet in.',
    DatabaseInstance,
    ({ settings }) => (settings?.ipConfiguration?.authorizedNetworks?.length ?? 0) > 0 && 'remove authorizedNetworks',
  ),
  rule(
    'sql-tls-only',
    'A database speaks TLS only.',
    DatabaseInstance,
    ({ settings }) =>
      !['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'].includes(settings?.ipConfiguration?.sslMode ?? '') &&
      'set sslMode',
  ),
  rule('sql-backups', 'A database can be had back, to the second.', DatabaseInstance, (sql) => {
    const backup = sql.settings?.backupConfiguration;
    return (
      isPrimary(sql) &&
      !(backup?.enabled && backup.pointInTimeRecoveryEnabled) &&
      'enable backups and point in time recovery'
    );
  }),
  rule(
    'sql-high-availability',
    'In prod a primary has a standby.',
    DatabaseInstance,
    (sql) =>
      isProd(sql) &&
      isPrimary(sql) &&
      sql.settings?.availabilityType !== 'REGIONAL' &&
      'set availabilityType to REGIONAL',
  ),
  rule(
    'sql-log-duration',
    'CIS 6.2.7: how long statements take is logged as was chosen.',
    DatabaseInstance,
    (sql) => flag(sql, 'log_min_duration_statement') === undefined && 'set log_min_duration_statement',
  ),
  hasFlag('sql-log-connections', 'log_connections', 'CIS 6.2.2: connections are logged.'),
  hasFlag('sql-log-disconnections', 'log_disconnections', 'CIS 6.2.3: their ends too.'),
  hasFlag('sql-audit', 'cloudsql.enable_pgaudit', 'CIS 6.2.9: pgAudit is there.'),
  hasFlag('sql-iam', 'cloudsql.iam_authentication', 'People log in by IAM, not by a shared password.'),
  rule(
    'redis-private',
    'Redis asks for a password and speaks TLS.',
    Redis,
    (redis) =>
      (redis.authEnabled !== true || redis.transitEncryptionMode !== 'SERVER_AUTHENTICATION') &&
      'set authEnabled and transitEncryptionMode',
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
    (valkey) =>
      (!valkey.aclPolicy || valkey.transitEncryptionMode !== 'SERVER_AUTHENTICATION') &&
      'set aclPolicy and transitEncryptionMode',
  ),
  rule(
    'bucket-private',
    'A bucket is not public, and rights are given to it as a whole.',
    Bucket,
    (bucket) =>
      (bucket.publicAccessPrevention !== 'enforced' || bucket.uniformBucketLevelAccess !== true) &&
      'set publicAccessPrevention and uniformBucketLevelAccess',
  ),
];
