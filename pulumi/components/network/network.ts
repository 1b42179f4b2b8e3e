import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress.js';
import { Network as Vpc } from '@pulumi/gcp/compute/network.js';
import { Subnetwork } from '@pulumi/gcp/compute/subnetwork.js';
import { ServiceConnectionPolicy } from '@pulumi/gcp/networkconnectivity/serviceConnectionPolicy.js';
import { Connection } from '@pulumi/gcp/servicenetworking/connection.js';
import { type ComponentResourceOptions, ComponentResource, type Output, type Resource } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import type { Site } from '../../naming.ts';
import { Firewall } from './firewall.ts';
import { Nat } from './nat.ts';

/** Names of the secondary ranges of the nodes' subnet. */
export const rangeNames = { pods: 'pods', services: 'services' } as const;

export type NetworkArgs = { site: Site; ranges: Settings['network'] };

/**
 * A VPC of the shop's own: nodes, pods and services in ranges that are chosen, Google's managed stores reached privately, one way
 * out through Cloud NAT, everything else denied.
 *
 * Inputs: the site, five ranges that do not overlap. Outputs: the VPC, its subnets; `privateServices` and `passages`, for what must wait
 * for them.
 * Cost: Cloud NAT by the hour and gigabyte, flow logs by the gigabyte.
 */
export class Network extends ComponentResource {
  readonly id: Output<string>;
  readonly nodes: Output<string>;
  /** Cloud SQL and Memorystore for Redis need the peering first, and must be gone before it. */
  readonly privateServices: Resource;
  /** The same for Memorystore for Valkey. */
  readonly endpoints: Resource;
  /** What nodes pull images through: they need it from their start until what runs on them is uninstalled. */
  readonly passages: Resource[];

  constructor(name: string, { site, ranges }: NetworkArgs, opts?: ComponentResourceOptions) {
    super('storefront:network:Network', name, {}, opts);
    const vpc = new Vpc(name, { autoCreateSubnetworks: false, routingMode: 'REGIONAL' }, { parent: this });
    const nodes = this.nodesSubnet(`${name}-nodes`, vpc, site, ranges);
    this.privateServices = this.peering(`${name}-producers`, vpc, ranges);
    this.endpoints = this.endpointPolicy(`${name}-endpoints`, vpc, site, ranges);
    this.passages = [
      new Nat(`${name}-nat`, { region: site.region, vpc: vpc.id }, { parent: this }),
      new Firewall(`${name}-firewall`, { vpc: vpc.id, ranges }, { parent: this }),
    ];
    this.id = vpc.id;
    this.nodes = nodes.id;
    this.registerOutputs({ id: this.id, nodes: this.nodes });
  }

  private nodesSubnet(name: string, vpc: Vpc, site: Site, ranges: Settings['network']): Subnetwork {
    return new Subnetwork(
      name,
      {
        network: vpc.id,
        region: site.region,
        ipCidrRange: ranges.nodes,
        privateIpGoogleAccess: true,
        secondaryIpRanges: [
          { rangeName: rangeNames.pods, ipCidrRange: ranges.pods },
          { rangeName: rangeNames.services, ipCidrRange: ranges.services },
        ],
        logConfig: { aggregationInterval: 'INTERVAL_10_MIN', flowSampling: 0.1, metadata: 'INCLUDE_ALL_METADATA' },
      },
      { parent: this },
    );
  }

  /**
   * Private services access. Google keeps the producers' side for up to four days after the last database is gone and refuses to
   * delete the connection meanwhile, so it is abandoned. The peering stays in the VPC, which cannot go before it: README, Teardown.
   */
  private peering(name: string, vpc: Vpc, ranges: Settings['network']): Connection {
    const [address, prefix] = ranges.producers.split('/') as [string, string];
    const range = new GlobalAddress(
      name,
      { network: vpc.id, purpose: 'VPC_PEERING', addressType: 'INTERNAL', address, prefixLength: Number(prefix) },
      { parent: this },
    );
    return new Connection(
      name,
      {
        network: vpc.id,
        service: 'servicenetworking.googleapis.com',
        reservedPeeringRanges: [range.name],
        deletionPolicy: 'ABANDON',
      },
      { parent: this },
    );
  }

  private endpointPolicy(name: string, vpc: Vpc, site: Site, ranges: Settings['network']): ServiceConnectionPolicy {
    const subnet = new Subnetwork(
      name,
      {
        network: vpc.id,
        region: site.region,
        ipCidrRange: ranges.endpoints,
        privateIpGoogleAccess: true,
        logConfig: { aggregationInterval: 'INTERVAL_10_MIN', flowSampling: 0.1, metadata: 'INCLUDE_ALL_METADATA' },
      },
      { parent: this },
    );
    return new ServiceConnectionPolicy(
      name,
      {
        location: site.region,
        network: vpc.id,
        serviceClass: 'gcp-memorystore',
        pscConfig: { subnetworks: [subnet.id] },
      },
      { parent: this },
    );
  }
}
