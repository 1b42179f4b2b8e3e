import { BackupPlan as Plan } from '@pulumi/gcp/gkebackup/backupPlan.js';
import { type ComponentResourceOptions, ComponentResource, type Input } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { labelsOf, type Site } from '../../naming.ts';

export type BackupPlanArgs = { site: Site; settings: Settings['cluster']['backup']; cluster: Input<string> };

/**
 * Backup for GKE: the objects of all namespaces with their Secrets and volumes, every night. Stores that Google runs have backups of
 * their own.
 *
 * Inputs: the site, schedule and days to keep, the cluster. Cost: by pod and by gigabyte kept.
 */
export class BackupPlan extends ComponentResource {
  constructor(name: string, { site, settings, cluster }: BackupPlanArgs, opts?: ComponentResourceOptions) {
    super('storefront:cluster:BackupPlan', name, {}, opts);
    new Plan(
      name,
      {
        cluster,
        location: site.region,
        backupSchedule: { cronSchedule: settings.schedule },
        retentionPolicy: { backupRetainDays: settings.keepDays, backupDeleteLockDays: site.isGuarded ? 2 : 0 },
        backupConfig: { allNamespaces: true, includeVolumeData: true, includeSecrets: true },
        labels: labelsOf(site, 'backup'),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
