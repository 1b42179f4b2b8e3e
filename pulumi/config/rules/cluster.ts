import { runsPerDay } from '../cron.ts';
import { zonesOf } from '../region.ts';
import { repeated, type Rule, rule } from './rule.ts';

const zonesOnce = rule(['zones'], ({ zones }) =>
  repeated(zones).map((zone) => `zones: ${zone} is listed twice: remove one`),
);

const zonesExist = rule(['region', 'zones'], ({ region, zones }) => {
  const known: readonly string[] = zonesOf[region];
  return zones
    .filter((zone) => !known.includes(zone))
    .map((zone) => `zones: ${region} has no zone ${zone}: take of ${known.join(', ')}`);
});

/** GKE's minimum in any 32 days, of which the weekly windows of four weeks can be had for sure. */
const hoursOfMaintenance = 48;
const weeks = 4;

const daysOnce = rule(['cluster.maintenance'], ({ cluster: { maintenance } }) =>
  repeated(maintenance.days).map((day) => `cluster.maintenance.days: ${day} is listed twice: remove one`),
);

/** https://cloud.google.com/kubernetes-engine/docs/how-to/maintenance-windows-and-exclusions */
const windowLongEnough = rule(['cluster.maintenance'], ({ cluster: { maintenance } }) => {
  const { days, hours } = maintenance;
  const offered = weeks * new Set(days).size * hours;
  if (offered >= hoursOfMaintenance) return [];
  return [
    `cluster.maintenance: offers ${offered} hours in 32 days, GKE needs ${hoursOfMaintenance}: add days, or hours`,
  ];
});

const trainingIdle = rule(['cluster.pools'], ({ cluster: { pools } }) =>
  (pools.training?.min ?? 0) > 0
    ? ['cluster.pools.training.min: its nodes are there for the time of a training: write 0']
    : [],
);

/** Google's words: backupRetainDays must be <= 360 * the creation interval (@pulumi/gcp, BackupPlanRetentionPolicy). */
const backupsKept = 360;

const backupsFew = rule(['cluster.backup'], ({ cluster: { backup } }) => {
  const most = Math.floor(backupsKept / runsPerDay(backup.schedule));
  return backup.keepDays > most
    ? [
        `cluster.backup.keepDays: GKE keeps ${backupsKept} backups, at this schedule those of ${most} days: write less, or back up less often`,
      ]
    : [];
});

export const clusterRules: Rule[] = [zonesOnce, zonesExist, daysOnce, windowLongEnough, trainingIdle, backupsFew];
