/** A `RabbitmqCluster`: what is asked of RabbitMQ's operator. */
import type { core } from '@pulumi/kubernetes/types/input.js';
import type { Settings } from '../../../config.ts';
import type { Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { zoneSpread } from '../../kubernetes/zone-spread.ts';

/** Name of the cluster, of its service, and by which its pods are known. */
export const brokerName = 'broker';

export type BrokerSpecArgs = {
  site: Site;
  settings: Settings['broker'];
  cluster: Pick<Cluster, 'storageClass' | 'systemPool'>;
  certificate: string;
  admin: string;
};

const image =
  'docker.io/library/rabbitmq:4.3.5-management-alpine@sha256:a1a5dd841347af3e32355fd58ac530e831fd394c49e299f862e2fd4ab331cd79';

/**
 * Policies of the server's own hold in every virtual host that is made later. A message that is delivered twenty times in vain goes its
 * queue's dead-letter way; a queue that nobody reads stops at a gigabyte instead of filling the disk of all.
 */
export const additionalConfig = `cluster_partition_handling = pause_minority
default_queue_type = quorum
default_policies.operator.quorum-queues.vhost_pattern = .*
default_policies.operator.quorum-queues.queue_pattern = .*
default_policies.operator.quorum-queues.delivery_limit = 20
default_policies.operator.quorum-queues.max_length_bytes = 1000000000
disk_free_limit.relative = 1.0
vm_memory_high_watermark.relative = 0.6
`;

export const brokerSpec = ({ site, settings, cluster, certificate, admin }: BrokerSpecArgs) => ({
  image,
  replicas: settings.nodes,
  secretBackend: { externalSecret: { name: admin } },
  persistence: { storageClassName: cluster.storageClass, storage: `${settings.diskGb}Gi` },
  resources: {
    requests: { cpu: settings.cpu, memory: settings.memory },
    limits: { cpu: settings.cpu, memory: settings.memory },
  },
  tls: { secretName: certificate, caSecretName: certificate, disableNonTLSListeners: true },
  rabbitmq: {
    additionalPlugins: ['rabbitmq_prometheus', 'rabbitmq_peer_discovery_k8s'],
    additionalConfig,
  },
  terminationGracePeriodSeconds: 604_800,
  override: { statefulSet: { spec: { template: { spec: pod(site, cluster) } } } },
});

/**
 * What the kind has no field for. `containers` is empty, since the operator makes them, and there, since its schema demands it
 * (rabbitmq/cluster-operator#1218).
 */
const pod = (site: Site, { systemPool }: BrokerSpecArgs['cluster']): core.v1.PodSpec => ({
  containers: [],
  nodeSelector: systemPool,
  ...(site.isAvailable
    ? {
        topologySpreadConstraints: [
          { ...zoneSpread, labelSelector: { matchLabels: { 'app.kubernetes.io/name': brokerName } } },
        ],
      }
    : {}),
});
