/** What a store must not run out of, and what to do before it does. */
import type { Input } from '@pulumi/pulumi';

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

const database = (metric: string) =>
  `metric.type = "cloudsql.googleapis.com/database/${metric}" AND resource.type = "cloudsql_database"`;

const above = { aligner: 'ALIGN_MEAN', comparison: 'COMPARISON_GT' } as const;

export const storeAlerts: Alert[] = [
  {
    ...above,
    name: 'database-disk',
    title: 'A database fills its disk',
    filter: database('disk/utilization'),
    threshold: 0.85,
    duration: '600s',
    advice: 'The disk grows by itself; this one does not, or not fast enough. Raise databases.*.diskGb.',
  },
  {
    ...above,
    name: 'database-cpu',
    title: 'A database has no processor left',
    filter: database('cpu/utilization'),
    threshold: 0.9,
    duration: '900s',
    advice: 'Query Insights names the statement. Then a larger databases.*.tier, or another shard.',
  },
  {
    ...above,
    name: 'replica-lag',
    title: 'A replica lags',
    filter: database('replication/replica_lag'),
    threshold: 60,
    duration: '600s',
    advice: 'Reads go to the primary meanwhile. If it does not catch up: a larger tier.',
  },
  {
    ...above,
    name: 'redis-memory',
    title: 'A Redis is nearly full',
    filter:
      'metric.type = "redis.googleapis.com/stats/memory/system_memory_usage_ratio" AND resource.type = "redis_instance"',
    threshold: 0.8,
    duration: '600s',
    advice: '`state` refuses writes when it is full: raise caches.state.sizeGb. `cache` only forgets.',
  },
  {
    ...above,
    name: 'volume',
    title: 'A volume is nearly full',
    filter: 'metric.type = "kubernetes.io/pod/volume/utilization" AND resource.type = "k8s_pod"',
    threshold: 0.85,
    duration: '600s',
    advice: 'MongoDB, RabbitMQ or Consul: raise its diskGb; the volume grows in place.',
  },
];
