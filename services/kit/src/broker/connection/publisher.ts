import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { ConfirmChannel } from 'amqplib';
import type { Log } from '../../log.ts';
import type { BrokerConnection } from './connection.ts';
import type { BrokerMetrics } from './metrics.ts';

export type OutgoingMessage = {
  exchange: string;
  routingKey: string;
  /** Consumers know by it what they have had. */
  messageId: string;
  content: Buffer;
  contentType: string;
  type?: string;
  headers?: Readonly<Record<string, unknown>>;
};

/**
 * `confirmed`: the broker keeps it, in a queue. `returned`: no queue wanted it, though the broker confirms that too.
 * `nacked`: a queue refused it. `unconfirmed`: nobody knows, so it may arrive all the same.
 */
export type Publication = 'confirmed' | 'returned' | 'nacked' | 'unconfirmed';

export type Publisher = {
  /** Whether anything can leave now: connected, and not blocked by an alarm of the broker. */
  readonly isOpen: boolean;
  /** Sends all of them, in their order, and answers what became of each; at most some hundreds at once. Never throws. */
  publish(messages: readonly OutgoingMessage[]): Promise<Publication[]>;
};

/** What it publishes over: a connection that may come and go. */
export type PublishingConnection = Pick<BrokerConnection, 'isOpen' | 'up'>;

type Window = { outcomes: Publication[]; error: Error | undefined };

const confirmTimeoutMs = 10_000;

export class ConfirmingPublisher implements Publisher {
  readonly #connection: PublishingConnection;
  readonly #log: Log;
  readonly #metrics: BrokerMetrics;
  readonly #confirmTimeoutMs: number;
  #channel: Promise<OpenChannel> | undefined;

  constructor(
    connection: PublishingConnection,
    options: { log: Log; metrics: BrokerMetrics; confirmTimeoutMs?: number },
  ) {
    this.#connection = connection;
    this.#log = options.log;
    this.#metrics = options.metrics;
    this.#confirmTimeoutMs = options.confirmTimeoutMs ?? confirmTimeoutMs;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<Publication[]> {
    const { outcomes, error } = await this.#publishWindow(messages);
    if (error) await this.#publishApart(messages, outcomes, error);
    for (const outcome of outcomes) this.#metrics.published.inc({ outcome });
    return outcomes;
  }

  /**
   * The broker ends a channel for one message that it refuses (no right to the routing key, no such exchange), and what
   * else was on its way is lost with it. Each kind is sent again by itself, so that only the refused one stays behind.
   */
  async #publishApart(messages: readonly OutgoingMessage[], outcomes: Publication[], error: Error): Promise<void> {
    const kinds = Map.groupBy(messages.keys(), (at) => `${messages[at]!.exchange} ${messages[at]!.routingKey}`);
    if (kinds.size === 1)
      return this.#log.error({ error, kind: [...kinds.keys()][0] }, 'the broker refuses to take this');
    for (const positions of kinds.values()) {
      const open = positions.filter((at) => outcomes[at] === 'unconfirmed');
      const again = await this.#publishWindow(open.map((at) => messages[at]!));
      if (again.error) this.#log.error({ error: again.error }, 'the broker refuses to take this');
      for (const [index, at] of open.entries()) outcomes[at] = again.outcomes[index] ?? 'unconfirmed';
    }
  }

  async #publishWindow(messages: readonly OutgoingMessage[]): Promise<Window> {
    const outcomes = messages.map((): Publication => 'unconfirmed');
    const channel = messages.length > 0 && this.isOpen ? await this.#openChannel() : undefined;
    if (!channel) return { outcomes, error: undefined };
    const sent = messages.map(async (message, at) => {
      outcomes[at] = await channel.send(message);
    });
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), this.#confirmTimeoutMs);
    const ended = await Promise.race([Promise.all(sent), late.promise]);
    clearTimeout(timer);
    if (ended === 'late') {
      this.#log.warn(
        { messages: outcomes.filter((outcome) => outcome === 'unconfirmed').length },
        'confirms are overdue',
      );
      this.#channel = undefined;
      channel.destroy();
    }
    return { outcomes: [...outcomes], error: channel.error };
  }

  async #openChannel(): Promise<OpenChannel | undefined> {
    this.#channel ??= this.#connect();
    try {
      return await this.#channel;
    } catch (error) {
      this.#channel = undefined;
      this.#log.warn({ error }, 'no channel to publish on');
      return undefined;
    }
  }

  async #connect(): Promise<OpenChannel> {
    const model = await this.#connection.up();
    const channel = new OpenChannel(await model.createConfirmChannel());
    channel.onClose(() => (this.#channel = undefined));
    return channel;
  }
}

/** A confirm channel that knows which of its messages came back. */
class OpenChannel {
  readonly #channel: ConfirmChannel;
  /** A return arrives before the confirm of the same message; how many of an id are awaited or back. */
  readonly #returned = new Map<unknown, number>();
  error: Error | undefined;
  #isClosed = false;

  constructor(channel: ConfirmChannel) {
    this.#channel = channel;
    channel.on('return', ({ properties: { messageId } }) => {
      this.#returned.set(messageId, (this.#returned.get(messageId) ?? 0) + 1);
    });
    channel.on('error', (error) => (this.error = error));
    channel.on('close', () => (this.#isClosed = true));
  }

  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#channel.on('close', listener);
  }

  send(message: OutgoingMessage): Promise<Publication> {
    const { exchange, routingKey, messageId, content, contentType, type, headers = {} } = message;
    const options = { mandatory: true, persistent: true, messageId, contentType, headers: { ...headers } };
    const { promise, resolve } = Promise.withResolvers<Publication>();
    const onConfirm = (error: Error | null) => resolve(this.#outcome(messageId, error));
    try {
      // A span of sending belongs to the trace of what is sent, not to that of the relay.
      context.with(propagation.extract(ROOT_CONTEXT, headers), () =>
        this.#channel.publish(exchange, routingKey, content, { ...options, ...(type ? { type } : {}) }, onConfirm),
      );
    } catch {
      resolve('unconfirmed'); // the channel was closed meanwhile
    }
    return promise;
  }

  #outcome(messageId: string, error: Error | null): Publication {
    if (error) return error.message === 'message nacked' ? 'nacked' : 'unconfirmed';
    const returned = this.#returned.get(messageId) ?? 0;
    if (returned === 0) return 'confirmed';
    if (returned === 1) this.#returned.delete(messageId);
    else this.#returned.set(messageId, returned - 1);
    return 'returned';
  }

  destroy(): void {
    this.#channel.close().catch(() => {});
  }
}
