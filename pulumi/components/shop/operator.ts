import { Release } from '@pulumi/kubernetes/helm/v3/release.js';
import { type ComponentResourceOptions, ComponentResource, interpolate, type Output } from '@pulumi/pulumi';
import { namespaces } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';

export type OperatorArgs = { image: Output<string>; digest: string; cluster: Cluster };

/**
 * The operator with the Storefront kind, from the chart in this repository. It must outlive every Storefront, since it is what removes
 * their objects.
 *
 * Inputs: image and digest. Cost: one small pod.
 */
export class Operator extends ComponentResource {
  constructor(name: string, { image, digest, cluster }: OperatorArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Operator', name, {}, opts);
    new Release(
      name,
      {
        name: 'storefront-operator',
        // Relative to the program: an absolute path would differ from machine to machine.
        chart: '../charts/storefront-operator',
        namespace: namespaces.operator,
        atomic: true,
        timeout: 600,
        values: { image: interpolate`${image}@${digest}`, nodeSelector: cluster.systemPool },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
