/** What network policies allow, computed as a network plugin would: the proof that the rendered ones mean what they should. */
import { BlockList, isIP } from 'node:net';
import type { Policy } from './network-policy.ts';
import type { Peer, Port, Selector } from './peers.ts';

/** A pod with its labels, or an address outside the cluster. */
export type Place = { namespace: string; labels: Record<string, string> } | { address: string };

type Rules = readonly { from?: Peer[]; to?: Peer[]; ports?: Port[] }[];

/** Whether `from` can open a connection: its own egress and the other's ingress must both allow it. */
export function reachable(policies: readonly Policy[], from: Place, to: Place, port: Port): boolean {
  return (
    allows(policies, { direction: 'Egress', subject: from, other: to, port }) &&
    allows(policies, { direction: 'Ingress', subject: to, other: from, port })
  );
}

type Question = { direction: 'Ingress' | 'Egress'; subject: Place; other: Place; port: Port };

/** A pod that no policy of this direction selects is open; otherwise one rule of one policy must match. */
function allows(policies: readonly Policy[], { direction, subject, other, port }: Question): boolean {
  if ('address' in subject) return true;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      (metadata.namespace ?? '') === subject.namespace &&
      spec.policyTypes.includes(direction) &&
      selects(spec.podSelector, subject.labels),
  );
  if (selecting.length === 0) return true;
  return selecting.some(({ spec }) => {
    const rules = ((direction === 'Ingress' ? spec.ingress : spec.egress) ?? []) as Rules;
    return rules.some(
      ({ from, to, ports }) =>
        (ports?.some((one) => one.port === port.port && one.protocol === port.protocol) ?? true) &&
        ((from ?? to)?.some((peer) => isPeer(peer, other, subject.namespace)) ?? true),
    );
  });
}

function isPeer(peer: Peer, place: Place, home: string): boolean {
  if ('ipBlock' in peer) return 'address' in place && isIn(place.address, peer.ipBlock);
  if ('address' in place) return false;
  const isThere = peer.namespaceSelector
    ? selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': place.namespace })
    : place.namespace === home;
  return isThere && selects(peer.podSelector ?? {}, place.labels);
}

function isIn(address: string, { cidr, except = [] }: { cidr: string; except?: string[] }): boolean {
  const within = (range: string) => {
    const [network = '', prefix] = range.split('/');
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6');
    return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  };
  return within(cidr) && !except.some(within);
}

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));
