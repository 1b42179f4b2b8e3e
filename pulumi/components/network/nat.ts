import { Router } from '@pulumi/gcp/compute/router.js';
import { RouterNat } from '@pulumi/gcp/compute/routerNat.js';
import { type ComponentResourceOptions, ComponentResource, type Input } from '@pulumi/pulumi';

export type NatArgs = { region: string; vpc: Input<string> };

/**
 * The way out for nodes without public addresses: image pulls, payments, carriers, mail. Ports are handed out by need, since one
 * busy pod can otherwise exhaust its node's share while the others have plenty.
 *
 * Inputs: region, VPC. Cost: by the hour for each node that uses it, and by the gigabyte.
 */
export class Nat extends ComponentResource {
  constructor(name: string, { region, vpc }: NatArgs, opts?: ComponentResourceOptions) {
    super('storefront:network:Nat', name, {}, opts);
    const router = new Router(name, { region, network: vpc }, { parent: this });
    new RouterNat(
      name,
      {
        region,
        router: router.name,
        natIpAllocateOption: 'AUTO_ONLY',
        sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
        enableDynamicPortAllocation: true,
        // Not together with dynamic ports.
        enableEndpointIndependentMapping: false,
        minPortsPerVm: 64,
        maxPortsPerVm: 8192,
        logConfig: { enable: true, filter: 'ERRORS_ONLY' },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
