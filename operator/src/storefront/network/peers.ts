/** Words of which network policies are made. */
import { isIP } from 'node:net';
import type { Endpoint } from '@storefront/crds';

export type Port = { protocol: 'TCP' | 'UDP'; port: number };
export type Selector = {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[];
};
export type Peer =
  | { ipBlock: { cidr: string; except?: string[] } }
  | { podSelector?: Selector; namespaceSelector?: Selector };
/** No `peers` is anybody, no `ports` is every port. */
export type Rule = { peers?: Peer[]; ports?: Port[] };

export const tcp = (...ports: number[]): Port[] => [...new Set(ports)].map((port) => ({ protocol: 'TCP', port }));
export const udp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: 'UDP', port }));

export const blocks = (cidrs: readonly string[]): Peer[] => cidrs.map((cidr) => ({ ipBlock: { cidr } }));

/**
 * Where servers are: their ranges, those that are given as addresses, and the namespace of those that are Services of the cluster,
 * because some network plugins (Cilium, and so GKE's Dataplane V2) never take a range to mean a pod. Other names say nothing to a policy.
 */
export function serverPeers(hosts: readonly string[], cidrs: readonly string[] = []): Peer[] {
  const addresses = hosts.filter((host) => isIP(host) !== 0).map((host) => `${host}/${isIP(host) === 4 ? 32 : 128}`);
  const namespaces = hosts.flatMap((host) => /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(host)?.[1] ?? []);
  return [
    ...blocks([...new Set([...cidrs, ...addresses])]),
    ...[...new Set(namespaces)].map((namespace) => ({ namespaceSelector: namespacesIn([namespace]) })),
  ];
}

export const namespacesIn = (values: string[]): Selector => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
});

type StoreServer = { primary: Endpoint; replicas?: Endpoint[]; cidrs?: string[] };

/** To a store: wherever its servers are, on their ports, and on one more where an administrator needs it. */
export function storeRule(server: StoreServer, managementPort?: number): Rule {
  const endpoints = [server.primary, ...(server.replicas ?? [])];
  const hosts = endpoints.map(({ host }) => host);
  const ports = [...endpoints.map(({ port }) => port), ...(managementPort ? [managementPort] : [])];
  return { peers: serverPeers(hosts, server.cidrs), ports: tcp(...ports) };
}

const inside = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

/** The internet's HTTPS, and nothing private. */
export const internet: Rule = { peers: [{ ipBlock: { cidr: '0.0.0.0/0', except: inside } }], ports: tcp(443) };

/** Where Workload Identity hands out tokens on GKE. */
export const metadataServer: Rule = {
  peers: blocks(['169.254.169.252/32', '169.254.169.254/32']),
  ports: tcp(80, 988),
};
