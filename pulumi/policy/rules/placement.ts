/** Where things stand, whose they are, and who may come in. */
import { Firewall } from '@pulumi/gcp/compute/firewall.js';
import { NetworkFirewallPolicyRule } from '@pulumi/gcp/compute/networkFirewallPolicyRule.js';
import { Network } from '@pulumi/gcp/compute/network.js';
import { regions } from '../../config/region.ts';
import { anyRule, at, type Fields, isGiven, type Registered, rule, textsIn } from './rule.ts';

/** Types that are billed or hold data → their field of labels. */
const labelled: Record<string, readonly string[]> = {
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

const placing = ['region', 'location', 'zone', 'nodeLocations', 'locationId', 'alternativeLocationId'];

/** Where a resource of Google Cloud, its copies and its backups stand. */
const placesOf = ({ type, props }: Registered): string[] =>
  type.startsWith('gcp:')
    ? textsIn(props)
        .filter(({ field }) => placing.includes(field))
        .map(({ text }) => text.toLowerCase())
    : [];

const isOurs = (place: string): boolean => ['global', ...regions].includes(place.replace(/-[a-z]$/, ''));

const everyone = ['0.0.0.0/0', '::/0'];
const isOpen = (ranges: readonly string[] = []): boolean => ranges.some((range) => everyone.includes(range));

export const placementRules = [
  anyRule('labels', 'What costs money says whose it is.', ({ type, props }) => {
    const way = labelled[type];
    const labels = way && ((at(props, way) ?? {}) as Fields);
    return demanded
      .filter((name) => labels && !isGiven(() => labels[name]))
      .map((name) => `add the label ${name} to ${way?.join('.')}`);
  }),
  anyRule('regions', 'Everything stands in a region that was chosen.', (resource) =>
    placesOf(resource)
      .filter((place) => !isOurs(place))
      .map((place) => `${place} is not a region of ours: choose one of those in pulumi/config/region.ts`),
  ),
  anyRule(
    'regions-of-secrets',
    'A Secret says where its copies are.',
    ({ type, props }) =>
      type === 'gcp:secretmanager/secret:Secret' &&
      at(props, ['replication', 'userManaged']) === undefined &&
      'list the regions in replication.userManaged.replicas',
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
    ({ direction, action, match }) =>
      direction === 'INGRESS' &&
      action === 'allow' &&
      isOpen(match?.srcIpRanges) &&
      'list in match.srcIpRanges who may come in, not everybody',
  ),
  rule(
    'firewall-classic-closed',
    'Nor by a classic rule.',
    Firewall,
    ({ direction, allows, sourceRanges }) =>
      direction !== 'EGRESS' &&
      allows !== undefined &&
      isOpen(sourceRanges) &&
      'list in sourceRanges who may come in, not everybody',
  ),
];
