import { Certificate } from '@pulumi/gcp/certificatemanager/certificate.js';
import { CertificateMap } from '@pulumi/gcp/certificatemanager/certificateMap.js';
import { CertificateMapEntry } from '@pulumi/gcp/certificatemanager/certificateMapEntry.js';
import { DnsAuthorization } from '@pulumi/gcp/certificatemanager/dnsAuthorization.js';
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress.js';
import { SSLPolicy } from '@pulumi/gcp/compute/sslpolicy.js';
import { RecordSet } from '@pulumi/gcp/dns/recordSet.js';
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { labelsOf, namespaces, type Site } from '../../naming.ts';
import { type Namespaces, shopLabel } from '../kubernetes/namespaces.ts';
import { Shield } from './shield.ts';

const namespace = namespaces.edge;

export type EdgeArgs = { site: Site; settings: Settings['edge']; namespaces: Namespaces };

/**
 * Where customers come in: a fixed address, its record in a zone that exists, a certificate that Google renews, Cloud Armor, and the
 * Gateway to which the operator attaches the shop's routes and policies. Neither certificate nor record is waited for: a shop is ready
 * before the world can reach it.
 *
 * Inputs: the site, host, zone, rate limit. Outputs: `gateway`, `address`, `shield`. Cost: the load balancer's rule by the hour,
 * traffic by the gigabyte, Cloud Armor by policy, rule and request.
 */
export class Edge extends ComponentResource {
  readonly gateway = { name: 'shop', namespace, sectionName: 'https' };
  readonly address: Output<string>;
  readonly shield: Shield;
  readonly host: string;

  constructor(name: string, args: EdgeArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Edge', name, {}, opts);
    const { site, settings } = args;
    this.host = settings.host;
    const address = new GlobalAddress(
      name,
      { addressType: 'EXTERNAL', ipVersion: 'IPV4', labels: labelsOf(site, 'edge') },
      { parent: this },
    );
    this.address = address.address;
    this.record(name, settings, 'A', this.address);
    const certificates = this.certificate(`${name}-certificate`, site, settings);
    this.shield = new Shield(
      `${name}-shield`,
      { site, requestsPerMinute: settings.requestsPerMinute },
      { parent: this },
    );
    const gateway = this.makeGateway(name, args, { address: address.name, certificates });
    this.modernTls(`${name}-tls`, gateway);
    this.registerOutputs({ address: this.address });
  }

  private record(name: string, { host, dnsZone }: Settings['edge'], type: string, value: Output<string>): RecordSet {
    const args = { managedZone: dnsZone, name: `${host}.`, type, ttl: 300, rrdatas: [value] };
    return new RecordSet(name, args, { parent: this });
  }

  /** Proven by a record, so the certificate can be there before the address leads anywhere. */
  private certificate(name: string, site: Site, { host, dnsZone }: Settings['edge']): Output<string> {
    const labels = labelsOf(site, 'edge');
    const proof = new DnsAuthorization(name, { domain: host, labels }, { parent: this });
    const record = proof.dnsResourceRecords.apply(([first]) => first ?? { name: '', type: 'CNAME', data: '' });
    new RecordSet(
      `${name}-proof`,
      { managedZone: dnsZone, name: record.name, type: record.type, ttl: 300, rrdatas: [record.data] },
      { parent: this },
    );
    const certificate = new Certificate(
      name,
      { managed: { domains: [host], dnsAuthorizations: [proof.id] }, labels },
      { parent: this },
    );
    const map = new CertificateMap(name, { labels }, { parent: this });
    new CertificateMapEntry(
      name,
      { map: map.name, hostname: host, certificates: [certificate.id], labels },
      { parent: this },
    );
    return map.name;
  }

  private makeGateway(
    name: string,
    args: EdgeArgs,
    { address, certificates }: { address: Output<string>; certificates: Output<string> },
  ): CustomResource {
    return new CustomResource(
      name,
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: {
          name: this.gateway.name,
          namespace,
          annotations: { 'networking.gke.io/certmap': certificates },
        },
        spec: {
          gatewayClassName: 'gke-l7-global-external-managed',
          addresses: [{ type: 'NamedAddress', value: address }],
          listeners: [
            {
              name: this.gateway.sectionName,
              protocol: 'HTTPS',
              port: 443,
              hostname: this.host,
              allowedRoutes: {
                kinds: [{ kind: 'HTTPRoute' }],
                namespaces: { from: 'Selector', selector: { matchLabels: { [shopLabel]: args.site.shop } } },
              },
            },
          ],
        },
      },
      { parent: this, dependsOn: [args.namespaces.made(namespace)] },
    );
  }

  private modernTls(name: string, gateway: CustomResource): void {
    const policy = new SSLPolicy(name, { profile: 'MODERN', minTlsVersion: 'TLS_1_2' }, { parent: this });
    new CustomResource(
      name,
      {
        apiVersion: 'networking.gke.io/v1',
        kind: 'GCPGatewayPolicy',
        metadata: { name: this.gateway.name, namespace },
        spec: {
          default: { sslPolicy: policy.name },
          targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: this.gateway.name },
        },
      },
      { parent: this, dependsOn: [gateway] },
    );
  }
}
