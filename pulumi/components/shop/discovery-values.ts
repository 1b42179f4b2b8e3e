/** Values of Consul's chart: servers only, with everything that keeps strangers out. */
import type { Settings } from '../../config.ts';
import type { Site } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { zoneSpread } from '../kubernetes/zone-spread.ts';

export type DiscoveryValuesArgs = {
  site: Site;
  settings: Settings['discovery'];
  cluster: Cluster;
  secrets: { ca: string; caKey: string; gossip: string; admin: string };
};

export const discoveryValues = ({ site, settings, cluster, secrets }: DiscoveryValuesArgs) => ({
  global: {
    name: 'consul',
    datacenter: site.region,
    gossipEncryption: { secretName: secrets.gossip, secretKey: 'key' },
    tls: {
      enabled: true,
      enableAutoEncrypt: true,
      verify: true,
      httpsOnly: true,
      caCert: { secretName: secrets.ca, secretKey: 'ca.crt' },
      caKey: { secretName: secrets.caKey, secretKey: 'tls.key' },
    },
    acls: { manageSystemACLs: true, bootstrapToken: { secretName: secrets.admin, secretKey: 'token' } },
    metrics: { enabled: true, enableAgentMetrics: true },
  },
  server: {
    replicas: settings.servers,
    bootstrapExpect: settings.servers,
    storage: `${settings.diskGb}Gi`,
    storageClass: cluster.storageClass,
    resources: {
      requests: { cpu: settings.cpu, memory: settings.memory },
      limits: { memory: settings.memory },
    },
    // The chart takes this, the spread and extraConfig as text.
    nodeSelector: JSON.stringify(cluster.systemPool),
    disruptionBudget: { enabled: true, maxUnavailable: 1 },
    ...(site.isAvailable ? { topologySpreadConstraints: spread } : { affinity: null }),
    extraConfig: JSON.stringify({ autopilot: { cleanup_dead_servers: true } }),
  },
  client: { enabled: false },
  connectInject: { enabled: false },
  dns: { enabled: false },
  ui: { enabled: true, service: { type: 'ClusterIP' } },
});

const spread = JSON.stringify([
  { ...zoneSpread, labelSelector: { matchLabels: { app: 'consul', component: 'server' } } },
]);
