import { Gauge, type Registry } from 'prom-client';
import type { AnyServer } from './server.ts';

type Observed = {
  readonly servers: readonly AnyServer[];
  readonly replicas: { lags(): { name: string; lagMs: number }[] };
};

const observed = new WeakMap<Registry, Set<Observed>>();

/** Gauges of the pools of all databases of the process, read when somebody asks; the answer ends it for these. */
export function observePools(registry: Registry, shards: readonly Observed[]): () => void {
  const all = observed.get(registry) ?? createGauges(registry);
  for (const shard of shards) all.add(shard);
  return () => {
    for (const shard of shards) all.delete(shard);
  };
}

function createGauges(registry: Registry): Set<Observed> {
  const all = new Set<Observed>();
  observed.set(registry, all);
  const servers = () => Array.from(all).flatMap((one) => one.servers);
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    read: (g: Gauge<Label>) => void,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        read(this);
      },
    });
  gauge('postgres_pool_connections', 'Connections of the pool, by what they do', ['server', 'state'], (connections) => {
    for (const { name: server, pool } of servers()) {
      connections.set({ server, state: 'idle' }, pool.idleCount);
      connections.set({ server, state: 'used' }, pool.totalCount - pool.idleCount);
    }
  });
  gauge('postgres_pool_waiting', 'Transactions that wait for a connection', ['server'], (waiting) => {
    for (const { name: server, pool } of servers()) waiting.set({ server }, pool.waitingCount);
  });
  gauge(
    'postgres_replica_lag_seconds',
    'Age of what a replica that is read from has not seen yet',
    ['server'],
    (lag) => {
      for (const { name: server, lagMs } of Array.from(all).flatMap((one) => one.replicas.lags()))
        lag.set({ server }, lagMs / 1000);
    },
  );
  return all;
}
