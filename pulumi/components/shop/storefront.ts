import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { type ComponentResourceOptions, ComponentResource, type Resource } from '@pulumi/pulumi';
import type { Site } from '../../naming.ts';
import { awaited } from '../kubernetes/awaited.ts';
import { storefrontSpec, type StorefrontParts } from './storefront-spec.ts';

export type StorefrontArgs = StorefrontParts & {
  site: Site;
  /** What it cannot run without, beyond what its spec names. */
  ready: Resource[];
};

/**
 * The shop itself, made of everything before it. `pulumi up` ends when it is Ready.
 *
 * Inputs: all components. Outputs: `url`. Cost: the nodes that its pods take.
 */
export class Storefront extends ComponentResource {
  readonly url: string;

  constructor(name: string, args: StorefrontArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Storefront', name, {}, opts);
    const { site, edge, ready } = args;
    new CustomResource(
      name,
      {
        apiVersion: 'storefront.dev/v1alpha1',
        kind: 'Storefront',
        metadata: {
          name: site.shop,
          namespace: site.namespace,
          annotations: awaited('condition=Ready', 1800),
        },
        spec: storefrontSpec(args),
      },
      { parent: this, dependsOn: ready },
    );
    this.url = `https://${edge.host}`;
    this.registerOutputs({ url: this.url });
  }
}
