import { NetworkFirewallPolicy } from '@pulumi/gcp/compute/networkFirewallPolicy.js';
import { NetworkFirewallPolicyAssociation } from '@pulumi/gcp/compute/networkFirewallPolicyAssociation.js';
import { NetworkFirewallPolicyRule } from '@pulumi/gcp/compute/networkFirewallPolicyRule.js';
import { type ComponentResourceOptions, ComponentResource, type Input } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';

/** From where Google's load balancers and their health checks come. */
export const loadBalancerRanges = ['130.211.0.0/22', '35.191.0.0/16'];

export type Rule = {
  name: string;
  priority: number;
  direction: 'INGRESS' | 'EGRESS';
  action: 'allow' | 'deny';
  ranges: string[];
  ports?: string[];
};

/**
 * What may pass; the last two deny the rest. GKE's own rules for its control plane and for Gateways are classic ones, which are
 * evaluated before this policy.
 */
export function firewallRules(ranges: Settings['network']): Rule[] {
  const own = [ranges.nodes, ranges.pods, ranges.services];
  return [
    { name: 'within', priority: 1000, direction: 'INGRESS', action: 'allow', ranges: own },
    { name: 'load-balancers', priority: 1100, direction: 'INGRESS', action: 'allow', ranges: loadBalancerRanges },
    {
      name: 'to-stores',
      priority: 2000,
      direction: 'EGRESS',
      action: 'allow',
      ranges: [...own, ranges.producers, ranges.endpoints],
    },
    // HTTPS: Google's APIs, registries, payments, carriers. 465 and 587: mail.
    {
      name: 'to-internet',
      priority: 2100,
      direction: 'EGRESS',
      action: 'allow',
      ranges: ['0.0.0.0/0'],
      ports: ['443', '465', '587'],
    },
    { name: 'deny-ingress', priority: 65_000, direction: 'INGRESS', action: 'deny', ranges: ['0.0.0.0/0'] },
    { name: 'deny-egress', priority: 65_001, direction: 'EGRESS', action: 'deny', ranges: ['0.0.0.0/0'] },
  ];
}

export type FirewallArgs = { vpc: Input<string>; ranges: Settings['network'] };

/**
 * Deny by default, both ways; what is denied is logged. Among pods the operator's network policies decide.
 *
 * Inputs: the VPC and its ranges. Cost: the log of denied connections.
 */
export class Firewall extends ComponentResource {
  constructor(name: string, { vpc, ranges }: FirewallArgs, opts?: ComponentResourceOptions) {
    super('storefront:network:Firewall', name, {}, opts);
    const policy = new NetworkFirewallPolicy(name, { description: 'Deny by default' }, { parent: this });
    const rules = firewallRules(ranges).map((rule) => this.rule(`${name}-${rule.name}`, policy, rule));
    new NetworkFirewallPolicyAssociation(
      name,
      { firewallPolicy: policy.id, attachmentTarget: vpc },
      // Attached only once the exceptions are there: otherwise the first seconds deny everything.
      { parent: this, dependsOn: rules },
    );
    this.registerOutputs();
  }

  private rule(name: string, policy: NetworkFirewallPolicy, rule: Rule): NetworkFirewallPolicyRule {
    const { ranges, ports } = rule;
    const protocols = ports ? [{ ipProtocol: 'tcp', ports }] : [{ ipProtocol: 'all' }];
    return new NetworkFirewallPolicyRule(
      name,
      {
        firewallPolicy: policy.name,
        ruleName: rule.name,
        priority: rule.priority,
        direction: rule.direction,
        action: rule.action,
        enableLogging: rule.action === 'deny',
        match: {
          layer4Configs: protocols,
          ...(rule.direction === 'INGRESS' ? { srcIpRanges: ranges } : { destIpRanges: ranges }),
        },
      },
      { parent: this },
    );
  }
}
