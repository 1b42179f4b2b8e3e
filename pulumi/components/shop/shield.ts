import { SecurityPolicy } from '@pulumi/gcp/compute/securityPolicy.js';
import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import { labelsOf, type Site } from '../../naming.ts';

/** Rule sets that Google keeps, of the OWASP core rule set 3.3. Sensitivity 1: few good requests look bad. */
export const managedRules = [
  'sqli',
  'xss',
  'lfi',
  'rfi',
  'rce',
  'protocolattack',
  'scannerdetection',
  'sessionfixation',
];

export type ShieldArgs = { site: Site; requestsPerMinute: number };

/**
 * Cloud Armor: an address that asks too much is refused, known attacks are turned away, and what adaptive protection learns is shown.
 * Webhooks of Stripe and the carriers are signed; their senders stay below the limit.
 *
 * Inputs: the site, requests a minute. Outputs: `policy`, the name that `ingress.gke` of the Storefront gives to the operator's backend policy. Cost: by policy, rule and request.
 */
export class Shield extends ComponentResource {
  readonly policy: Output<string>;

  constructor(name: string, { site, requestsPerMinute }: ShieldArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Shield', name, {}, opts);
    const policy = new SecurityPolicy(
      name,
      {
        type: 'CLOUD_ARMOR',
        adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: true, ruleVisibility: 'STANDARD' } },
        advancedOptionsConfig: { jsonParsing: 'STANDARD', logLevel: 'NORMAL' },
        rules: [...managedRules.map(managed), rateLimit(requestsPerMinute), allowTheRest],
        labels: labelsOf(site, 'edge'),
      },
      { parent: this },
    );
    this.policy = policy.name;
    this.registerOutputs({ policy: this.policy });
  }
}

const managed = (set: string, index: number) => ({
  description: `OWASP ${set}`,
  priority: 1000 + index,
  action: 'deny(403)',
  match: { expr: { expression: `evaluatePreconfiguredWaf('${set}-v33-stable', {'sensitivity': 1})` } },
});

const everyone = { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } };

const rateLimit = (count: number) => ({
  description: 'Requests of one address',
  priority: 2000,
  action: 'throttle',
  match: everyone,
  rateLimitOptions: {
    conformAction: 'allow',
    exceedAction: 'deny(429)',
    enforceOnKey: 'IP',
    rateLimitThreshold: { count, intervalSec: 60 },
  },
});

const allowTheRest = { description: 'Everyone else', priority: 2_147_483_647, action: 'allow', match: everyone };
