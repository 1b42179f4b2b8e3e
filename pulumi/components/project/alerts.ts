/** What a store must not run out of, and what to do before it does. A test holds every setting that an advice names to having that effect. */
import type { Input } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { namespaces } from '../../naming.ts';

export type Engine = Settings['caches']['engine'];

export type Alert = {
  name: string;
  title: string;
  filter: Input<string>;
  aligner: 'ALIGN_MEAN' | 'ALIGN_MAX' | 'ALIGN_NEXT_OLDER';
  reducer?: 'REDUCE_COUNT_FALSE';
  comparison: 'COMPARISON_GT';
  threshold: number;
  duration: string;
  advice: string;
};

/** How full the memory of a Memorystore is, 0 to 1, by engine. */
export const memoryOf: Readonly<Record<Engine, { metric: string; resource: string }>> = {
  Redis: {
    metric: 'redis.googleapis.com/stats/memory/system_memory_usage_ratio',
    resource: 'redis_instance',
  },
  // Of the fullest node: https://cloud.google.com/memorystore/docs/valkey/supported-monitoring-metrics
  Valkey: {
    metric: 'memorystore.googleapis.com/instance/memory/maximum_utilization',
    resource: 'memorystore.googleapis.com/Instance',
  },
};

const above = { aligner: 'ALIGN_MEAN', comparison: 'COMPARISON_GT', duration: '600s' } as const;

const ofDatabase = (metric: string) =>
  `metric.type = "cloudsql.googleapis.com/database/${metric}" AND resource.type = "cloudsql_database"`;

const databases: Alert[] = [
  {
    ...above,
    name: 'database-disk',
    title: 'A database fills its disk',
    filter: ofDatabase('disk/utilization'),
    // Cloud SQL grows a disk of 500 GB once less than 25 GB of it are free, a smaller one earlier.
    threshold: 0.98,
    advice:
      'Cloud SQL grows a disk before it is this full, and has not: `gcloud sql operations list --instance INSTANCE` says why. By hand: ' +
      '`gcloud sql instances patch INSTANCE --storage-size GB`. The setting diskGb is the size of new instances alone.',
  },
  {
    ...above,
    name: 'database-cpu',
    title: 'A database has no processor left',
    filter: ofDatabase('cpu/utilization'),
    threshold: 0.9,
    duration: '900s',
    advice:
      'Query Insights names the statement. Then a larger `databases.customers.tier` or `databases.orders.tier`, for which each instance ' +
      'restarts; for orders also another of `databases.orders.shards`.',
  },
  {
    ...above,
    name: 'replica-lag',
    title: 'A replica lags',
    filter: ofDatabase('replication/replica_lag'),
    threshold: 60,
    advice:
      'What is read from it is old. A long query on the replica, or a long transaction on its primary, holds it up: Query Insights names ' +
      'both. If it never catches up: a larger `databases.customers.tier` or `databases.orders.tier`.',
  },
];

const memoryAdvice: Readonly<Record<Engine, string>> = {
  Redis:
    'When it is full it refuses writes: carts and sessions. Raise `caches.state.sizeGb`. Of two zones it fails over once and keeps all; of ' +
    'one (dev) it may lose what it holds.',
  Valkey:
    'When one node is full it refuses writes: carts and sessions. Raise `caches.state.sizeGb` by the size of a node, 6.5 GB, or more: shards ' +
    'are added while it serves.',
};

/** Only of `state`: `cache` is meant to be full, and forgets. Its id ends in its name, which Pulumi may add seven digits to. */
function memory(engine: Engine): Alert {
  const { metric, resource } = memoryOf[engine];
  const state = 'monitoring.regex.full_match("(.*/)?(.*-)?state(-[0-9a-f]{7})?")';
  return {
    ...above,
    name: 'state-memory',
    title: `The ${engine} of carts and sessions is nearly full`,
    filter: `metric.type = "${metric}" AND resource.type = "${resource}" AND resource.labels.instance_id = ${state}`,
    threshold: 0.8,
    advice: memoryAdvice[engine],
  };
}

/** Of each store in the cluster: what grows its volumes. */
const volumeAdvice = {
  mongo:
    'MongoDB stops when its disk is full. Raise `mongo.diskGb`: its operator grows the volumes of the shards in place.',
  broker:
    'RabbitMQ takes no more messages when its disk is nearly full. See which queue nobody reads; or raise `broker.diskGb`: its operator ' +
    'grows the volumes in place.',
  discovery:
    'Consul stops when its disk is full. Kubernetes does not let a chart grow volumes, so: `kubectl -n consul patch pvc NAME --type merge ' +
    '-p \'{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}\'` for each, `kubectl -n consul delete statefulset consul-server ' +
    '--cascade=orphan`, then the same number in `discovery.diskGb` and `pulumi up`, which makes the StatefulSet anew around its pods.',
} as const satisfies Partial<Record<keyof typeof namespaces, string>>;

const volumes = Object.entries(volumeAdvice).map(([store, advice]): Alert => {
  const namespace = namespaces[store as keyof typeof volumeAdvice];
  return {
    ...above,
    name: `volume-${store}`,
    title: `A volume of ${namespace} is nearly full`,
    filter: `metric.type = "kubernetes.io/pod/volume/utilization" AND resource.type = "k8s_pod" AND resource.labels.namespace_name = "${namespace}"`,
    threshold: 0.85,
    advice,
  };
});

export const storeAlerts = (engine: Engine): Alert[] => [...databases, memory(engine), ...volumes];
