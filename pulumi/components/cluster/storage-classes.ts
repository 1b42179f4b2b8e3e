import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { type ComponentResourceOptions, ComponentResource, type Input, type Output } from '@pulumi/pulumi';

/**
 * The class of every volume in the cluster: SSD, encrypted by the shop's own key, made in the zone of its pod, growing when asked.
 *
 * Inputs: the key. Outputs: `encrypted`, the class's name. Cost: none; volumes by the gigabyte.
 */
export class StorageClasses extends ComponentResource {
  readonly encrypted: Output<string>;

  constructor(name: string, { key }: { key: Input<string> }, opts?: ComponentResourceOptions) {
    super('storefront:cluster:StorageClasses', name, {}, opts);
    const encrypted = new CustomResource(
      name,
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'encrypted' },
        provisioner: 'pd.csi.storage.gke.io',
        parameters: { type: 'pd-ssd', 'disk-encryption-kms-key': key },
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
        reclaimPolicy: 'Delete',
      },
      { parent: this },
    );
    this.encrypted = encrypted.metadata.apply((metadata) => metadata?.name ?? 'encrypted');
    this.registerOutputs({ encrypted: this.encrypted });
  }
}
