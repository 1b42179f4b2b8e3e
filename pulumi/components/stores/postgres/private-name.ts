import { ManagedZone } from '@pulumi/gcp/dns/managedZone.js';
import { RecordSet } from '@pulumi/gcp/dns/recordSet.js';
import type { DatabaseInstance } from '@pulumi/gcp/sql/databaseInstance.js';
import {
  all,
  type ComponentResourceOptions,
  ComponentResource,
  type Input,
  interpolate,
  type Output,
} from '@pulumi/pulumi';
import { labelsOf, type Site } from '../../../naming.ts';

export type PrivateNameArgs = { site: Site; instance: DatabaseInstance; vpc: Input<string> };

/**
 * The name in the certificate of a database, leading to its private address within the VPC. Behind private services access Google
 * gives an instance a name and no record.
 *
 * Inputs: the site, the instance, the VPC. Outputs: `host`, once it resolves. Cost: one zone of Cloud DNS.
 */
export class PrivateName extends ComponentResource {
  readonly host: Output<string>;

  constructor(name: string, { site, instance, vpc }: PrivateNameArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:PrivateName', name, {}, opts);
    const host = all([instance.dnsNames, instance.dnsName]).apply(([names, single]) => nameIn(names ?? [], single));
    const zone = new ManagedZone(
      name,
      {
        description: 'The name in the certificate of a database',
        dnsName: interpolate`${host}.`,
        visibility: 'private',
        privateVisibilityConfig: { networks: [{ networkUrl: vpc }] },
        labels: labelsOf(site, 'postgres'),
      },
      { parent: this },
    );
    const record = new RecordSet(
      name,
      {
        managedZone: zone.name,
        name: interpolate`${host}.`,
        type: 'A',
        ttl: 300,
        rrdatas: [instance.privateIpAddress],
      },
      { parent: this },
    );
    this.host = record.name.apply(withoutDot);
    this.registerOutputs({ host: this.host });
  }
}

type DnsName = { connectionType?: string; name?: string };

/** An instance may have several names: one for each way in. */
export function nameIn(names: readonly DnsName[], single: string): string {
  const own = names.find(({ connectionType }) => connectionType === 'PRIVATE_SERVICES_ACCESS');
  return withoutDot(own?.name ?? single);
}

const withoutDot = (name: string): string => name.replace(/\.$/, '');
