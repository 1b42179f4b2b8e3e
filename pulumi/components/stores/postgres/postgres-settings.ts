/** The settings of an instance of Cloud SQL for PostgreSQL. */
import type { DatabaseInstanceArgs } from '@pulumi/gcp/sql/databaseInstance.js';
import type { Input } from '@pulumi/pulumi';
import type { Settings } from '../../../config.ts';
import { isPlus } from '../../../config/schema/databases.ts';
import { labelsOf, type Site } from '../../../naming.ts';

export type PostgresSize = Settings['databases']['customers'];

export type SettingsOf = { site: Site; size: PostgresSize; network: Input<string>; isReplica: boolean };

export const instanceSettings = (of: SettingsOf): NonNullable<DatabaseInstanceArgs['settings']> => ({
  tier: of.size.tier,
  edition: isPlus(of.size.tier) ? 'ENTERPRISE_PLUS' : 'ENTERPRISE',
  // A replica is not the standby: REGIONAL has its own, which serves no reads.
  availabilityType: of.site.isAvailable && !of.isReplica ? 'REGIONAL' : 'ZONAL',
  diskType: 'PD_SSD',
  diskSize: of.size.diskGb,
  diskAutoresize: true,
  deletionProtectionEnabled: of.site.isGuarded,
  userLabels: labelsOf(of.site, 'postgres'),
  databaseFlags: flags(of.size),
  ipConfiguration: {
    ipv4Enabled: false,
    privateNetwork: of.network,
    sslMode: 'ENCRYPTED_ONLY',
    // Certificates that carry a DNS name, so that clients can check whom they talk to.
    serverCaMode: 'GOOGLE_MANAGED_CAS_CA',
    enablePrivatePathForGoogleCloudServices: false,
  },
  insightsConfig: {
    queryInsightsEnabled: true,
    queryPlansPerMinute: 5,
    queryStringLength: 1024,
    recordApplicationTags: true,
    recordClientAddress: false,
  },
  ...(of.isReplica ? {} : ofPrimary(of)),
  ...(of.site.isAvailable ? {} : { locationPreference: { zone: of.site.zones[0] as string } }),
});

/** A replica is maintained with its primary, is made anew instead of restored, and has the primary's accounts. */
const ofPrimary = (of: SettingsOf) => ({
  maintenanceWindow: { day: 7, hour: 3, updateTrack: of.site.isAvailable ? 'week5' : 'canary' },
  backupConfiguration: backups(of),
  retainBackupsOnDelete: of.site.isGuarded,
  passwordValidationPolicy,
});

const backups = ({ site, size }: SettingsOf) => ({
  enabled: true,
  startTime: '01:00',
  location: site.region,
  pointInTimeRecoveryEnabled: true,
  // ENTERPRISE keeps logs for seven days at most.
  transactionLogRetentionDays: Math.min(size.recoveryDays, isPlus(size.tier) ? 35 : 7),
  backupRetentionSettings: { retainedBackups: size.recoveryDays, retentionUnit: 'COUNT' },
});

/** All passwords are random, so length is what makes them strong: no kinds of characters are asked of them. */
const passwordValidationPolicy = {
  enablePasswordPolicy: true,
  minLength: 16,
  disallowUsernameSubstring: true,
};

/** Some connections are Cloud SQL's own and those of the provision Job and of replication. */
const reserved = 50;

/** A replica may not have fewer connections or workers than its primary, so both have the same. */
const flags = ({ maxConnections }: PostgresSize) =>
  Object.entries({
    'cloudsql.enable_pgaudit': 'on',
    'cloudsql.iam_authentication': 'on',
    'cloudsql.logical_decoding': 'on',
    log_connections: 'on',
    log_disconnections: 'on',
    log_min_duration_statement: '500',
    max_connections: String(maxConnections + reserved),
    max_replication_slots: '16',
    max_wal_senders: '16',
  }).map(([name, value]) => ({ name, value }));
