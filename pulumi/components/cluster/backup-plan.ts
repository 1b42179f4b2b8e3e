import { BackupPlan as Plan } from '@pulumi/gcp/gkebackup/backupPlan.js';
import { RestorePlan } from '@pulumi/gcp/gkebackup/restorePlan.js';
import { type ComponentResourceOptions, ComponentResource, type Input, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { labelsOf, type Site } from '../../naming.ts';

export type BackupPlanArgs = { site: Site; settings: Settings['cluster']['backup']; cluster: Input<string> };

/**
 * Backup for GKE: the objects of all namespaces with their Secrets and volumes, every night, and the plan by which they are brought
 * back. Stores that Google runs have backups of their own.
 *
 * Inputs: the site, schedule and days to keep, the cluster. Outputs: `plan` and `restorePlan`, the names that gcloud asks for. Cost: by
 * pod and by gigabyte kept.
 */
export class BackupPlan extends ComponentResource {
  readonly plan: Output<string>;
  readonly restorePlan: Output<string>;

  constructor(name: string, { site, settings, cluster }: BackupPlanArgs, opts?: ComponentResourceOptions) {
    super('storefront:cluster:BackupPlan', name, {}, opts);
    const labels = labelsOf(site, 'backup');
    const plan = new Plan(
      name,
      {
        cluster,
        location: site.region,
        backupSchedule: { cronSchedule: settings.schedule },
        retentionPolicy: { backupRetainDays: settings.keepDays, backupDeleteLockDays: site.isGuarded ? 2 : 0 },
        backupConfig: { allNamespaces: true, includeVolumeData: true, includeSecrets: true },
        labels,
      },
      { parent: this },
    );
    const restorePlan = new RestorePlan(
      `${name}-restore`,
      { cluster, location: site.region, backupPlan: plan.id, restoreConfig: whatIsMissing, labels },
      { parent: this },
    );
    this.plan = plan.name;
    this.restorePlan = restorePlan.name;
    this.registerOutputs({ plan: this.plan, restorePlan: this.restorePlan });
  }
}

/** Nothing that is there is deleted or replaced: https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/resource-conflict */
const whatIsMissing = {
  allNamespaces: true,
  namespacedResourceRestoreMode: 'MERGE_SKIP_ON_CONFLICT',
  volumeDataRestorePolicy: 'RESTORE_VOLUME_DATA_FROM_BACKUP',
  clusterResourceRestoreScope: { allGroupKinds: true },
  clusterResourceConflictPolicy: 'USE_EXISTING_VERSION',
};
