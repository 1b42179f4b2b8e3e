import { addresses } from '../../paths.ts';

/** The folder of a server, with its configuration, socket and data, as the server sees it. */
export const guestFolder = '/srv/postgres';

/** Names and values of postgresql.conf. */
export type Settings = Readonly<Record<string, string | number>>;

/** A server listens at its instance's address and, for its superuser, at a socket. */
export function renderPostgresConfig({ address, port, settings }: PostgresConfig): string {
  const all = {
    hba_file: `${guestFolder}/access.conf`,
    listen_addresses: address,
    port,
    unix_socket_directories: guestFolder,
    ...settings,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

export type PostgresConfig = { address: string; port: number; settings: Settings };

/**
 * Who may come in, and from where. The folder of the socket belongs to the server's own user; over TCP everybody has a password, and the
 * superuser has none, so that it cannot.
 */
export function renderAccess(
  lines: readonly { databases: string; user: string; networks: readonly string[] }[],
): string {
  const remote = lines.flatMap(({ databases, user, networks }) =>
    networks.map((network) => `host ${databases} ${user} ${network} scram-sha-256\n`),
  );
  return ['local all all trust\n', ...remote].join('');
}

/** Tests and operators run at the node's address. */
export const fromNode = [`${addresses.node}/32`];
export const fromAnywhere = [...fromNode, addresses.pods];

/**
 * Of customers and of each shard of orders, and of their replicas, which must have as much room as their primaries. Idle, one takes 13 to
 * 26 MiB of memory and a replica 15; a connection 2 to 4, and `shared_buffers` is what it may grow by.
 */
const small: Settings = {
  shared_buffers: '48MB',
  max_connections: 150,
  maintenance_work_mem: '16MB',
  // A shard that moves its buckets sends them by logical replication.
  wal_level: 'logical',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  // Three processes of each server would wait for reads, and two for a query that could be shared among more cores.
  io_method: 'sync',
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  timezone: 'UTC',
  log_checkpoints: 'off',
};

/** A replica that is away for so long that this is not enough is made anew: the disk of the primary does not fill up for it. */
export const primarySettings: Settings = { ...small, max_slot_wal_keep_size: '256MB' };

export const replicaSettings = (source: string, slot: string): Settings => ({
  ...small,
  primary_conninfo: source.replaceAll("'", "''"),
  primary_slot_name: slot,
  // A primary that was restarted is followed at once, and not after five seconds.
  wal_retrieve_retry_interval: '500ms',
  // A query here is not cancelled because the primary tidies up what it reads.
  hot_standby_feedback: 'on',
});
