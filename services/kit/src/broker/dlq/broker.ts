import type { Channel, ChannelModel } from 'amqplib';
import { createLog } from '../../log.ts';
import { addressesOf, amqplib, socketOptions } from '../connection/connection.ts';
import { createBrokerMetrics } from '../connection/metrics.ts';
import { ConfirmingPublisher, type Publisher } from '../connection/publisher.ts';
import { deadQueueOf } from '../topology.ts';
import type { Login } from './command.ts';
import { letterOf, type DeadLetter } from './letter.ts';

export type DeadLetters = {
  /** Queues that have dead letters, as their consumers are named. */
  queues(): Promise<string[]>;
  /**
   * Shows each dead letter that is there now, the oldest first; those for which `visit` resolves with `remove` go, the others
   * are put back in the end. Stops early when `visit` answers `stop`.
   */
  walk(queue: string, visit: (letter: DeadLetter, of: number) => Promise<'keep' | 'remove' | 'stop'>): Promise<void>;
  readonly publisher: Publisher;
  close(): Promise<void>;
};

/** A single try: a person waits for it. */
export async function openDeadLetters(login: Login): Promise<DeadLetters> {
  const { current } = addressesOf(login);
  const connection = await amqplib.connect(
    current,
    socketOptions({ ...login, name: 'storefront-dlq', use: 'publish' }),
  );
  connection.on('error', () => {}); // whatever is going on fails by itself
  const log = createLog({ service: 'storefront-dlq', level: 'silent' });
  const over = { isOpen: true, up: async () => connection };
  return {
    queues: () => queuesWithDead(login),
    walk: (queue, visit) => walk(connection, queue, visit),
    publisher: new ConfirmingPublisher(over, { log, metrics: createBrokerMetrics(undefined) }),
    close: () => connection.close(),
  };
}

async function walk(connection: ChannelModel, queue: string, visit: Parameters<DeadLetters['walk']>[1]): Promise<void> {
  const channel: Channel = await connection.createChannel();
  channel.on('error', () => {});
  const { messageCount } = await channel.checkQueue(deadQueueOf(queue));
  for (let seen = 0; seen < messageCount; seen += 1) {
    const message = await channel.get(deadQueueOf(queue));
    if (!message) break;
    const wanted = await visit(letterOf(message, queue), messageCount);
    if (wanted === 'remove') channel.ack(message);
    if (wanted === 'stop') break;
  }
  // What was not acknowledged goes back to its place.
  await channel.close();
}

async function queuesWithDead({ management, url, username, password }: Login): Promise<string[]> {
  if (!management) return [];
  const vhost = new URL(url).pathname.slice(1) || encodeURIComponent('/');
  const address = new URL(`api/queues/${vhost}?columns=name`, `${management.replace(/\/?$/, '/')}`);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(address, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`The management API answers ${response.status} at ${address.origin}.`);
  const queues = (await response.json()) as { name: string }[];
  const suffix = deadQueueOf('');
  return queues.flatMap(({ name }) => (name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [])).toSorted();
}
