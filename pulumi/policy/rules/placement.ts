/** Where things stand, whose they are, and who may come in. */
import { NetworkFirewallPolicyRule } from '@pulumi/gcp/compute/networkFirewallPolicyRule.js';
import { Network } from '@pulumi/gcp/compute/network.js';
import { regions } from '../../config/region.ts';
import { anyRule, type Fields, rule, textOf } from './rule.ts';

/** Types that are billed or hold data → their field of labels. */
const labelled: Record<string, string[]> = {
  'gcp:artifactregistry/repository:Repository': ['labels'],
  'gcp:container/cluster:Cluster': ['resourceLabels'],
  'gcp:container/nodePool:NodePool': ['nodeConfig', 'resourceLabels'],
  'gcp:gkebackup/backupPlan:BackupPlan': ['labels'],
  'gcp:kms/cryptoKey:CryptoKey': ['labels'],
  'gcp:memorystore/instance:Instance': ['labels'],
  'gcp:redis/instance:Instance': ['labels'],
  'gcp:secretmanager/secret:Secret': ['labels'],
  'gcp:sql/databaseInstance:DatabaseInstance': ['settings', 'userLabels'],
  'gcp:storage/bucket:Bucket': ['labels'],
};
const demanded = ['shop', 'environment', 'component', 'managed-by'];

const at = (fields: Fields, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], fields);

const roles = ['roles/owner', 'roles/editor'];

export const placementRules = [
  anyRule('labels', 'What costs money says whose it is.', ({ type, props }) => {
    const path = labelled[type];
    if (!path) return false;
    const labels = (at(props, path) ?? {}) as Fields;
    const missing = demanded.filter((name) => !labels[name]);
    return missing.length > 0 && `add the labels ${missing.join(', ')}`;
  }),
  anyRule('regions', 'Everything stands in a region that was chosen.', ({ type, props }) => {
    if (!type.startsWith('gcp:')) return false;
    const place = (textOf(props, 'region') || textOf(props, 'location') || 'global').toLowerCase();
    const isAllowed = place === 'global' || regions.some((region) => place.replace(/-[a-f]$/, '') === region);
    return !isAllowed && `${place} is not a region of ours`;
  }),
  anyRule(
    'no-default-account',
    'Nothing is granted to the default accounts.',
    ({ props }) =>
      /(-compute@developer|@appspot)\.gserviceaccount\.com$/.test(textOf(props, 'member')) &&
      'grant it to an account of its own',
  ),
  anyRule(
    'no-broad-role',
    'No account may change everything.',
    ({ props }) => roles.includes(textOf(props, 'role')) && 'grant what is needed',
  ),
  anyRule(
    'no-everyone',
    'Nothing is granted to everyone.',
    ({ props }) => /^all(Authenticated)?Users$/.test(textOf(props, 'member')) && 'grant it to an account',
  ),
  rule(
    'network-custom',
    'Subnets are chosen, not made in every region.',
    Network,
    ({ autoCreateSubnetworks }) => autoCreateSubnetworks !== false && 'set autoCreateSubnetworks to false',
  ),
  rule(
    'firewall-closed',
    'The internet is let in nowhere but at the load balancer.',
    NetworkFirewallPolicyRule,
    (wall) =>
      wall.direction === 'INGRESS' &&
      wall.action === 'allow' &&
      wall.match.srcIpRanges?.includes('0.0.0.0/0') === true &&
      'name the ranges that may come in',
  ),
];
