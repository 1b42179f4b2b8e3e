import { Namespace } from '@pulumi/kubernetes/core/v1/namespace.js';
import { type ComponentResourceOptions, ComponentResource, type Resource } from '@pulumi/pulumi';
import { labelsOf, namespaces, type Site } from '../../naming.ts';

/** The shop and its operator keep the strictest standard; the stores' own operators do not all reach it. */
const standards: Record<string, 'restricted' | 'baseline'> = {
  [namespaces.operator]: 'restricted',
  [namespaces.edge]: 'restricted',
  [namespaces.mongo]: 'baseline',
  [namespaces.broker]: 'baseline',
  [namespaces.discovery]: 'baseline',
};

/** Label by which the edge knows whose routes it takes. */
export const shopLabel = 'storefront.dev/shop';

/**
 * The namespaces, each with a standard that its pods must meet.
 *
 * Inputs: the site. Outputs: `all`, by name; `made`, for what stands in one. Cost: none.
 */
export class Namespaces extends ComponentResource {
  readonly all: Record<string, Resource>;

  constructor(name: string, { site }: { site: Site }, opts?: ComponentResourceOptions) {
    super('storefront:kubernetes:Namespaces', name, {}, opts);
    const wanted = { [site.namespace]: 'restricted', ...standards };
    this.all = Object.fromEntries(
      Object.entries(wanted).map(([namespace, standard]) => [namespace, this.namespace(namespace, standard, site)]),
    );
    this.registerOutputs();
  }

  /** What must be there before anything stands in it. */
  made(namespace: string): Resource {
    const made = this.all[namespace];
    if (!made) throw new Error(`${namespace} is no namespace of the platform: add it to pulumi/naming.ts`);
    return made;
  }

  private namespace(namespace: string, standard: string, site: Site): Resource {
    const labels = {
      ...labelsOf(site, 'namespace'),
      'pod-security.kubernetes.io/enforce': standard,
      'pod-security.kubernetes.io/warn': 'restricted',
      ...(namespace === site.namespace ? { [shopLabel]: site.shop } : {}),
    };
    return new Namespace(`namespace-${namespace}`, { metadata: { name: namespace, labels } }, { parent: this });
  }
}
