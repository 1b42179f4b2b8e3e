/** Who may talk to whom: nobody, but along the edges of the fleet table, to the stores one has, and for the infrastructure. */
import type { Storefront } from '@storefront/crds';
import { consulPorts, edgePort, edges, type Fleet, type ServiceEntry, sidecarPort } from '../../fleet.ts';
import { componentLabel, storefrontLabel } from '../../labels.ts';
import { providersOf } from '../integrations.ts';
import { migrationOf } from '../jobs/migration.ts';
import { metadataOf, objectName, selectorOf } from '../names.ts';
import { serversOf, serversUsed, serversUsedBy, usesMedia } from '../stores.ts';
import {
  blocks,
  internet,
  metadataServer,
  type Peer,
  namespacesIn,
  type Rule,
  type Selector,
  serverPeers,
  storeRule,
  tcp,
  udp,
} from './peers.ts';

export type Policy = ReturnType<typeof policy>;

export function networkPolicies(storefront: Storefront, fleet: Fleet): Policy[] {
  if (storefront.spec.networkPolicy.mode === 'Disabled') return [];
  const services = Object.keys(fleet);
  const everything = { matchLabels: { [storefrontLabel]: storefront.metadata.name } };
  return [
    policy(storefront, 'default-deny', everything, {}),
    policy(storefront, 'infrastructure', everything, { egress: infrastructureEgress() }),
    policy(storefront, 'discovery', componentsIn(storefront, services), discoveryRules(storefront)),
    policy(storefront, 'provision', componentsIn(storefront, ['provision']), {
      egress: provisionEgress(storefront, fleet),
    }),
    ...services.map((service) =>
      policy(storefront, service, componentsIn(storefront, [service]), {
        ingress: serviceIngress(storefront, fleet, service),
        egress: [...callEgress(storefront, fleet, service), ...outwardEgress(storefront, fleet, service)],
      }),
    ),
    ...services
      .filter((service) => fleet[service]!.migrates)
      .map((service) =>
        policy(storefront, migrationOf(service), componentsIn(storefront, [migrationOf(service)]), {
          egress: outwardEgress(storefront, fleet, service),
        }),
      ),
  ];
}

function policy(
  storefront: Storefront,
  name: string,
  podSelector: Selector,
  rules: { ingress?: Rule[]; egress?: Rule[] },
) {
  const { ingress, egress } = rules;
  const isDeny = !ingress && !egress;
  const list = (direction: 'from' | 'to', all: Rule[]) =>
    all.map(({ peers, ports }) => ({ ...(peers ? { [direction]: peers } : {}), ...(ports ? { ports } : {}) }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(storefront, name, objectName(storefront, name)),
    spec: {
      podSelector,
      policyTypes: [...(ingress || isDeny ? ['Ingress'] : []), ...(egress || isDeny ? ['Egress'] : [])],
      ...(ingress?.length ? { ingress: list('from', ingress) } : {}),
      ...(egress?.length ? { egress: list('to', egress) } : {}),
    },
  };
}

function componentsIn(storefront: Storefront, components: string[]): Selector {
  const [only, ...others] = components;
  if (only && others.length === 0) return { matchLabels: selectorOf(storefront, only) };
  return {
    matchLabels: { [storefrontLabel]: storefront.metadata.name },
    matchExpressions: [{ key: componentLabel, operator: 'In', values: components }],
  };
}

/** Callers on the app's port, customers at the edge, scrapers at both metrics. */
function serviceIngress(storefront: Storefront, fleet: Fleet, service: string): Rule[] {
  const { port, edge } = fleet[service]!;
  const { edgeCidrs, scrapeNamespaces } = storefront.spec.networkPolicy;
  const callers = edges(fleet)
    .filter(({ to }) => to === service)
    .map(({ from }) => from);
  return [
    ...(callers.length > 0
      ? [
          {
            peers: callers.map((caller): Peer => ({ podSelector: componentsIn(storefront, [caller]) })),
            ports: tcp(port),
          },
        ]
      : []),
    ...(edge ? [{ ...(edgeCidrs ? { peers: blocks(edgeCidrs) } : {}), ports: tcp(edgePort) }] : []),
    ...(scrapeNamespaces?.length
      ? [{ peers: [{ namespaceSelector: namespacesIn(scrapeNamespaces) }], ports: tcp(port, sidecarPort) }]
      : []),
  ];
}

const callEgress = (storefront: Storefront, fleet: Fleet, service: string): Rule[] =>
  edges(fleet)
    .filter(({ from }) => from === service)
    .map(({ to, port }) => ({ peers: [{ podSelector: componentsIn(storefront, [to]) }], ports: tcp(port) }));

/** Stores, traces, and the internet for those that need it. */
function outwardEgress(storefront: Storefront, fleet: Fleet, service: string): Rule[] {
  const entry = fleet[service]!;
  const usesBucket = usesMedia(entry) && storefront.spec.stores.media.bucket !== undefined;
  return [
    ...serversUsed(entry).flatMap((store) => serversOf(storefront, store).map((server) => storeRule(server))),
    ...(entry.mails ? mailEgress(storefront) : []),
    ...tracesEgress(storefront),
    ...providerEgress(storefront, entry),
    ...(usesBucket || needsInternet(storefront, entry) ? [internet] : []),
    ...(usesBucket ? [metadataServer] : []),
  ];
}

/** To the mail server, wherever it is unless its ranges are given. */
function mailEgress({ spec }: Storefront): Rule[] {
  const smtp = spec.mail?.smtp;
  if (!smtp) return [];
  const peers = serverPeers([smtp.host], smtp.cidrs);
  return [{ ...(peers.length > 0 ? { peers } : {}), ports: tcp(smtp.port) }];
}

/** Not for who works with companies of an integration, if all of these are at addresses of their own. */
function needsInternet(storefront: Storefront, entry: ServiceEntry): boolean {
  const providers = providersOf(storefront, entry);
  return entry.external && (providers.length === 0 || providers.some(({ endpoint }) => endpoint === undefined));
}

/** To companies at an address of their own, wherever a name leads. */
function providerEgress(storefront: Storefront, entry: ServiceEntry): Rule[] {
  return providersOf(storefront, entry).flatMap(({ endpoint }) => {
    if (endpoint === undefined) return [];
    const peers = serverPeers([hostOf(endpoint)]);
    return [{ ...(peers.length > 0 ? { peers } : {}), ports: tcp(portOf(endpoint)) }];
  });
}

const hostOf = (address: string): string => new URL(address).hostname.replace(/^\[|\]$/g, '');

function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

function tracesEgress({ spec }: Storefront): Rule[] {
  const traces = spec.telemetry?.traces;
  if (!traces) return [];
  const peers = serverPeers([hostOf(traces.endpoint)], traces.cidrs);
  return [{ peers: peers.length > 0 ? peers : [{ namespaceSelector: {} }], ports: tcp(portOf(traces.endpoint)) }];
}

/** Names of stores: the cluster's DNS, on GKE also the cache on the node. */
function infrastructureEgress(): Rule[] {
  const dns: Peer = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  return [{ peers: [dns, ...blocks(['169.254.20.10/32'])], ports: [...udp(53), ...tcp(53)] }];
}

/**
 * Consul's members must all reach each other by gossip, or they take each other for dead: also those of another shop that shares the
 * servers. Gossip carries membership only, and is encrypted with the key that only members have.
 */
function discoveryRules({ spec }: Storefront): { ingress: Rule[]; egress: Rule[] } {
  const servers = serverPeers(spec.discovery.servers, spec.discovery.cidrs);
  const members: Peer = {
    namespaceSelector: {},
    podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'storefront' } },
  };
  const gossip: Rule = {
    peers: [members, ...servers],
    ports: [...tcp(consulPorts.gossip), ...udp(consulPorts.gossip)],
  };
  return { ingress: [gossip], egress: [gossip, { peers: servers, ports: tcp(consulPorts.rpc) }] };
}

/** The only pod that sees admin accounts, and so the only one that reaches all stores. */
function provisionEgress(storefront: Storefront, fleet: Fleet): Rule[] {
  const stores = serversUsedBy(fleet).flatMap((store) => serversOf(storefront, store));
  const { servers, cidrs } = storefront.spec.discovery;
  return [
    ...stores.map((server) => storeRule(server, server.managementPort)),
    { peers: serverPeers(servers, cidrs), ports: tcp(consulPorts.https) },
  ];
}
