import { ports } from '../../paths.ts';
import { adminUser } from '../instance.ts';

export type BrokerFacts = { address: string; password: string };

/**
 * AMQP and the management API at the instance's address; Erlang's own port on loopback, where no pod comes. Read again at every start, but
 * the admin is made at the first only.
 */
export function renderRabbitConfig({ address, password }: BrokerFacts): string {
  const settings = {
    'listeners.tcp.1': `${address}:${ports.broker.amqp}`,
    'management.tcp.ip': address,
    'management.tcp.port': ports.broker.management,
    'distribution.listener.interface': '127.0.0.1',
    default_user: adminUser,
    default_pass: password,
    'default_user_tags.administrator': true,
    default_queue_type: 'quorum',
    // It idles at 120 MiB; publishers wait when it has this much.
    'vm_memory_high_watermark.absolute': '320MiB',
    'disk_free_limit.absolute': '200MB',
    'log.file': false,
    'log.console': true,
    'log.console.level': 'warning',
    'log.console.use_colors': 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Erlang's own resolver, and only the file: without a DNS server in the namespace every look-up of a name costs 5 s, six at a start. */
export const resolverConfig = '{lookup, [file]}.\n{hosts_file, "/etc/hosts"}.\n';

/**
 * What the other file has no word for (its `raft.wal_max_size_bytes` is not that of queues). The log of all quorum queues is kept in
 * memory too, until it is this long: 512 MB unless told.
 */
export const advancedConfig = '[{rabbit, [{quorum_wal_max_size_bytes, 33554432}]}].\n';

export const enabledPlugins = '[rabbitmq_management].\n';
