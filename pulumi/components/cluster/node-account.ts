import { IAMMember } from '@pulumi/gcp/projects/iammember.js';
import { Account } from '@pulumi/gcp/serviceaccount/account.js';
import { type ComponentResourceOptions, ComponentResource, interpolate, type Output } from '@pulumi/pulumi';
import { idOf, type Site } from '../../naming.ts';

/**
 * Whom nodes are: an account that may write logs and metrics and nothing else. Compute's default account, which may edit the whole
 * project, is never used. The right to pull images is given at the registry.
 *
 * Inputs: the site. Outputs: `email`. Cost: none.
 */
export class NodeAccount extends ComponentResource {
  readonly email: Output<string>;
  readonly member: Output<string>;

  constructor(name: string, { site }: { site: Site }, opts?: ComponentResourceOptions) {
    super('storefront:cluster:NodeAccount', name, {}, opts);
    const account = new Account(
      name,
      { accountId: idOf(site, 'node', 30), displayName: `GKE nodes of ${site.shop}, ${site.environment}` },
      { parent: this },
    );
    this.email = account.email;
    this.member = interpolate`serviceAccount:${account.email}`;
    new IAMMember(
      name,
      { project: site.project, role: 'roles/container.defaultNodeServiceAccount', member: this.member },
      { parent: this },
    );
    this.registerOutputs({ email: this.email });
  }
}
