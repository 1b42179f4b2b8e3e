import { addresses, type Cidr, overlap, parseCidr } from '../cidr.ts';
import type { Settings } from '../schema.ts';
import { type Rule, rule } from './rule.ts';

type Range = keyof Settings['network'];

const rangesOf = (network: Settings['network']): [Range, Cidr][] =>
  Object.entries(network).map(([name, range]) => [name as Range, parseCidr(range) as Cidr]);

const apart = rule(['network'], ({ network }) => {
  const ranges = rangesOf(network);
  return ranges.flatMap(([name, range], index) =>
    ranges
      .slice(index + 1)
      .filter(([, other]) => overlap(range, other))
      .map(([other]) => `network.${name}: overlaps network.${other}: give each its own range`),
  );
});

/**
 * Longest and shortest prefixes. Cloud SQL takes a /24 of the producers' range for each region and kind of instance, Memorystore a /28 for
 * each instance; GKE takes no more than a /16 for services: https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
 */
const sizes: Readonly<Record<Range, { smallest: number; largest: number }>> = {
  nodes: { smallest: 24, largest: 8 },
  pods: { smallest: 21, largest: 9 },
  services: { smallest: 24, largest: 16 },
  producers: { smallest: 20, largest: 8 },
  endpoints: { smallest: 28, largest: 8 },
};

const ofUsefulSize = rule(['network'], ({ network }) =>
  rangesOf(network).flatMap(([name, { prefix }]) => {
    const { smallest, largest } = sizes[name];
    if (prefix > smallest) return [`network.${name}: is too small: take a /${smallest} or larger`];
    return prefix < largest ? [`network.${name}: is too large: take a /${largest} or smaller`] : [];
  }),
);

/** Cloud SQL cannot be reached from or in it: https://cloud.google.com/sql/docs/postgres/private-ip */
const docker = parseCidr('172.17.0.0/16') as Cidr;

const besideDocker = rule(['network'], ({ network }) =>
  rangesOf(network)
    .filter(([, range]) => overlap(range, docker))
    .map(
      ([name]) => `network.${name}: overlaps 172.17.0.0/16, Docker's bridge, which Cloud SQL does not serve: move it`,
    ),
);

/** What a node takes of the pods' range: a /24, for 110 pods. */
const podsOfNode = 256;
/** Addresses of a subnet that Google keeps. */
const kept = 4;

type Pools = Settings['cluster']['pools'];

/** A quota that can be raised: what the nodes of full pools have, and the largest pool twice, as an upgrade runs it. */
export function quotaOf(pools: Pools, of: (pool: Pools['system']) => number): number {
  const each = Object.values(pools).map((pool) => pool.max * of(pool));
  return each.reduce((sum, one) => sum + one, 0) + Math.max(...each);
}

/** A range cannot be changed later, so it has room for upgrades of all pools at once, each of which runs a pool twice. */
const mostNodes = (pools: Pools): number => 2 * Object.values(pools).reduce((sum, { max }) => sum + max, 0);

const nodesFit = rule(['network', 'cluster.mode', 'cluster.pools'], ({ network, cluster: { mode, pools } }) => {
  if (mode === 'Autopilot') return [];
  const rooms: [Range, number][] = [
    ['nodes', addresses(parseCidr(network.nodes) as Cidr) - kept],
    ['pods', addresses(parseCidr(network.pods) as Cidr) / podsOfNode],
  ];
  const nodes = mostNodes(pools);
  return rooms
    .filter(([, room]) => nodes > room)
    .map(
      ([name, room]) =>
        `network.${name}: has room for ${room} nodes, an upgrade of full pools needs ${nodes}: widen it or lower cluster.pools.*.max`,
    );
});

export const networkRules: Rule[] = [apart, ofUsefulSize, besideDocker, nodesFit];
