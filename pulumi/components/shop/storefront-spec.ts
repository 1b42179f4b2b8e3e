/** The spec of a Storefront out of what was bought. Names of keys are the kind's (`crds/`), which a test holds it to. */
import type { Input } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { loadBalancerRanges } from '../network/firewall.ts';
import { placedServices } from './placement.ts';

type Endpoint = { host: Input<string>; port: Input<number> };
type Trusted = { adminSecret: string; caSecret: string };
type Server = Endpoint & Trusted;
type Database = Trusted & { primary: Endpoint; replicas: Endpoint[] };

/** What the spec needs to know of the components, each of which is more. */
export type StorefrontParts = {
  settings: Settings;
  image: Input<string>;
  customers: Database;
  orders: { shards: { name: string; postgres: Database }[] };
  cache: Server;
  state: Server;
  media: { bucket: Input<string> };
  mongo: Server;
  broker: Server & { managementPort: number };
  discovery: { datacenter: string; server: string; caSecret: string; gossipSecret: string; adminSecret: string };
  edge: {
    host: string;
    gateway: { name: string; namespace: string; sectionName: string };
    shield: { policy: Input<string> };
  };
};

export function storefrontSpec(parts: StorefrontParts) {
  const { settings, discovery, edge } = parts;
  const { version, digest } = settings.release;
  return {
    ...settings.shop.spec,
    services: placedServices(settings),
    release: { version, image: parts.image, digest },
    ingress: { host: edge.host, gatewayRef: edge.gateway, gke: { securityPolicy: edge.shield.policy }, tls: {} },
    stores: stores(parts),
    discovery: {
      datacenter: discovery.datacenter,
      servers: [discovery.server],
      cidrs: [settings.network.pods],
      caSecretRef: { name: discovery.caSecret },
      gossipSecretRef: { name: discovery.gossipSecret },
      adminSecretRef: { name: discovery.adminSecret },
    },
    // Where the collectors of managed Prometheus run: on Standard, and on Autopilot.
    networkPolicy: { edgeCidrs: loadBalancerRanges, scrapeNamespaces: ['gmp-system', 'gke-gmp-system'] },
    deletionPolicy: 'Retain',
  };
}

function stores(parts: StorefrontParts) {
  const { settings, customers, orders, cache, state, media, mongo, broker } = parts;
  const { pods, producers, endpoints } = settings.network;
  const documents = { ...inCluster(mongo, pods), ...trust(mongo) };
  const memory = (server: Server) => ({
    primary: { host: server.host, port: server.port },
    ...trust(server),
    accounts: 'Shared',
    cidrs: [settings.caches.engine === 'Redis' ? producers : endpoints],
  });
  return {
    customers: postgres(customers, settings.databases.customers.maxConnections, producers),
    orders: {
      rebalance: 'Manual',
      shards: orders.shards.map((shard) => ({
        name: shard.name,
        ...postgres(shard.postgres, settings.databases.orders.maxConnections, producers, 'orders'),
      })),
    },
    products: documents,
    metadata: documents,
    cache: memory(cache),
    state: memory(state),
    broker: { ...inCluster(broker, pods), ...trust(broker), managementPort: broker.managementPort },
    media: { bucket: { name: media.bucket } },
  };
}

const postgres = (server: Database, maxConnections: number, range: string, database = 'customers') => ({
  primary: server.primary,
  replicas: server.replicas,
  database,
  ...trust(server),
  cidrs: [range],
  maxConnections,
});

const inCluster = ({ host, port }: Endpoint, pods: string) => ({
  primary: { host, port },
  cidrs: [pods],
});

/** Encrypted, the certificate checked against the store's own CA. */
const trust = ({ adminSecret, caSecret }: Trusted) => ({
  adminSecretRef: { name: adminSecret },
  tls: { mode: 'Verified', caSecretRef: { name: caSecret } },
});
