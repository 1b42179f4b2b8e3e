import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Site } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { PrivateBucket } from './private-bucket.ts';

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
    const own = new PrivateBucket(name, { site, storageClass: 'STANDARD', historyDays: 30 }, { parent: this });
    // The name that the operator gives to the service's account.
    own.grant(name, cluster.principal(site.namespace, `${site.shop}-product`));
    this.bucket = own.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}
