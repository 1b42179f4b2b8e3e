import { Bucket } from '@pulumi/gcp/storage/bucket.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import { type ComponentResourceOptions, ComponentResource, type Input, type Output } from '@pulumi/pulumi';
import { labelsOf, type Site } from '../../naming.ts';

export type PrivateBucketArgs = {
  site: Site;
  storageClass: 'STANDARD' | 'NEARLINE';
  /** Days for which what was deleted or overwritten can be had back; none without. */
  historyDays?: number;
};

const week = 604_800;

/**
 * A bucket in the shop's region that is nobody's but theirs to whom it is granted. A guarded one keeps what was deleted for a week and
 * is not removed while something is in it.
 *
 * Inputs: the site, how often it is read. Outputs: `bucket`, its name. Cost: by gigabyte and month, by operation.
 */
export class PrivateBucket extends ComponentResource {
  readonly bucket: Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:PrivateBucket', name, {}, opts);
    const { site, storageClass, historyDays } = args;
    const bucket = new Bucket(
      name,
      {
        location: site.region.toUpperCase(),
        storageClass,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: 'enforced',
        versioning: { enabled: historyDays !== undefined },
        ...(historyDays === undefined
          ? {}
          : { lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: historyDays } }] }),
        softDeletePolicy: { retentionDurationSeconds: site.isGuarded ? week : 0 },
        forceDestroy: !site.isGuarded,
        labels: labelsOf(site, name),
      },
      { parent: this, protect: site.isGuarded },
    );
    this.bucket = bucket.name;
    this.registerOutputs({ bucket: this.bucket });
  }

  /** May read, write and delete what is in it, and nothing else. */
  grant(name: string, member: Input<string>): BucketIAMMember {
    return new BucketIAMMember(
      name,
      { bucket: this.bucket, role: 'roles/storage.objectUser', member },
      { parent: this },
    );
  }
}
