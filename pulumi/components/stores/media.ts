import { Bucket } from '@pulumi/gcp/storage/bucket.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import { labelsOf, type Site } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';

/**
 * The pictures of the products. Private: the product service reads and writes them by its own identity, customers get them through
 * the shop. What is deleted or overwritten can be had back for thirty days.
 *
 * Inputs: the site, the cluster. Outputs: `bucket`. Cost: by gigabyte and month, by operation.
 */
export class Media extends ComponentResource {
  readonly bucket: Output<string>;

  constructor(name: string, { site, cluster }: { site: Site; cluster: Cluster }, opts?: ComponentResourceOptions) {
    super('storefront:stores:Media', name, {}, opts);
    const bucket = new Bucket(
      name,
      {
        location: site.region.toUpperCase(),
        storageClass: 'STANDARD',
        uniformBucketLevelAccess: true,
        publicAccessPrevention: 'enforced',
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } }],
        softDeletePolicy: { retentionDurationSeconds: site.isGuarded ? 604_800 : 0 },
        forceDestroy: !site.isGuarded,
        labels: labelsOf(site, name),
      },
      { parent: this, protect: site.isGuarded },
    );
    new BucketIAMMember(
      name,
      {
        bucket: bucket.name,
        role: 'roles/storage.objectUser',
        // The name that the operator gives to the service's account.
        member: cluster.principal(site.namespace, `${site.shop}-product`),
      },
      { parent: this },
    );
    this.bucket = bucket.name;
    this.registerOutputs({ bucket: this.bucket });
  }
}
