import { type ComponentResourceOptions, ComponentResource, interpolate, type Output } from '@pulumi/pulumi';
import { namespaces } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Chart } from '../kubernetes/chart.ts';
import type { Namespaces } from '../kubernetes/namespaces.ts';

export type OperatorArgs = { image: Output<string>; digest: string; cluster: Cluster; namespaces: Namespaces };

/**
 * The operator with the Storefront kind, from the chart in this repository. It must outlive every Storefront, since it is what removes
 * their objects.
 *
 * Inputs: image and digest. Cost: one small pod.
 */
export class Operator extends ComponentResource {
  constructor(name: string, args: OperatorArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Operator', name, {}, opts);
    new Chart(
      name,
      {
        release: 'storefront-operator',
        // Relative to the program: an absolute path would differ from machine to machine.
        chart: '../charts/storefront-operator',
        namespaces: args.namespaces,
        namespace: namespaces.operator,
        values: { image: interpolate`${args.image}@${args.digest}`, nodeSelector: args.cluster.systemPool },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
