import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type * as Amqplib from 'amqplib';
import type { Log } from '../../log.ts';
import type { BrokerMetrics } from './metrics.ts';

/** Required, not imported: tracing sees a driver only so, unless it hooks into every import of the process (`tracing/start.ts`). */
export const amqplib = createRequire(import.meta.url)('amqplib') as typeof Amqplib;

export type BrokerAddress = {
  /** `amqp(s)://host:port/<vhost>`, without login. */
  url: string;
  /** Further nodes of the same cluster, `host:port`: tried in turn when one is away. */
  replicas?: readonly string[];
  username: string;
  password: string;
  caFile?: string;
};

export type ConnectionOptions = BrokerAddress & {
  /** Seen in the broker's list of connections; the service's. */
  name: string;
  /** A connection that publishes may be blocked by an alarm, acknowledgements included: those who consume have another one. */
  use: 'publish' | 'consume';
  log: Log;
  metrics: BrokerMetrics;
};

const connectTimeoutMs = 5_000;
const closeTimeoutMs = 2_000;
/** Two of them without a sign of life end a connection. */
const heartbeatSeconds = 10;
const recovery = { initialDelay: 100, factor: 2, maxDelay: 5_000, jitter: 0.5, waitForConnect: false } as const;

/** Opens at once, in the background, and again after every loss, by amqplib's own recovery. */
export class BrokerConnection {
  readonly #options: ConnectionOptions;
  readonly #recovering: Promise<Amqplib.RecoveringChannelModel>;
  readonly #closing = new AbortController();
  #model: Amqplib.ChannelModel | undefined;
  #wasUp: boolean | undefined;
  #isBlocked = false;
  #arrival = Promise.withResolvers<Amqplib.ChannelModel>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const target = addressesOf(options);
    const { clientProperties, ...socket } = socketOptions(options);
    this.#recovering = amqplib.connect(target.current, { ...socket, clientProperties, recovery });
    this.#arrival.promise.catch(() => {});
    void this.#recovering.then((recovering) => this.#follow(recovering, target.next));
  }

  /** There, and willing to take messages. */
  get isOpen(): boolean {
    return this.#model !== undefined && !this.#isBlocked;
  }

  get model(): Amqplib.ChannelModel | undefined {
    return this.#model;
  }

  /** The connection as soon as there is one; rejects once it is closed for good, or when the signal aborts. */
  async up(signal?: AbortSignal): Promise<Amqplib.ChannelModel> {
    if (!signal) return this.#arrival.promise;
    signal.throwIfAborted();
    const ended = new AbortController();
    const aborted = once(signal, 'abort', { signal: ended.signal }).then(() => Promise.reject(signal.reason as Error));
    aborted.catch(() => {});
    return Promise.race([this.#arrival.promise, aborted]).finally(() => ended.abort());
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#arrival.reject(new Error('the connection to the broker is closed'));
    // A broker that does not answer any more must not hold up the end of the process.
    await Promise.race([this.#recovering.then((recovering) => recovering.close()), pause(closeTimeoutMs)]);
  }

  #follow(recovering: Amqplib.RecoveringChannelModel, nextAddress: () => void): void {
    const { log, use, metrics } = this.#options;
    recovering.on('connect', (model) => {
      if (this.#wasUp === false) log.info({ use }, 'the broker is back');
      this.#wasUp = true;
      this.#setModel(model);
    });
    recovering.on('disconnect', (error) => this.#lost(error));
    recovering.on('connect-failed', (error) => this.#lost(error));
    recovering.on('reconnect-scheduled', nextAddress);
    // Said again by 'disconnect'; without a listener it would end the process.
    recovering.on('error', () => {});
    recovering.on('blocked', (reason) => {
      log.warn({ use, reason }, 'the broker takes no messages');
      this.#setBlocked(true);
    });
    recovering.on('unblocked', () => {
      log.info({ use }, 'the broker takes messages again');
      this.#setBlocked(false);
    });
    metrics.connected.set({ use }, 0);
    metrics.blocked.set({ use }, 0);
  }

  #setModel(model: Amqplib.ChannelModel): void {
    this.#model = model;
    this.#options.metrics.connected.set({ use: this.#options.use }, 1);
    this.#arrival.resolve(model);
  }

  #lost(error: Error): void {
    const { log, use, metrics } = this.#options;
    if (this.#closing.signal.aborted) return;
    if (this.#wasUp !== false) log.warn({ use, error }, 'the broker is lost');
    this.#wasUp = false;
    if (this.#model) {
      this.#arrival = Promise.withResolvers();
      this.#arrival.promise.catch(() => {});
    }
    this.#model = undefined;
    this.#setBlocked(false);
    metrics.connected.set({ use }, 0);
  }

  #setBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    this.#options.metrics.blocked.set({ use: this.#options.use }, isBlocked ? 1 : 0);
  }
}

/** amqplib reads the address anew for each attempt, so changing it leads to the next node. */
export function addressesOf({ url, replicas = [], username, password, caFile }: BrokerAddress) {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isSecure = protocol === 'amqps:' || caFile !== undefined;
  const standard = isSecure ? 5671 : 5672;
  const nodes = [
    { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port || standard) },
    ...replicas.map((node) => {
      const replica = new URL(`amqp://${node}`);
      return { hostname: replica.hostname.replace(/^\[|\]$/g, ''), port: Number(replica.port || standard) };
    }),
  ];
  const current: Amqplib.Options.Connect = {
    ...nodes[0],
    protocol: isSecure ? 'amqps' : 'amqp',
    username,
    password,
    vhost: pathname.length > 1 ? pathname.slice(1) : '/',
    heartbeat: heartbeatSeconds,
  };
  let at = 0;
  const next = () => {
    at = (at + 1) % nodes.length;
    Object.assign(current, nodes[at]);
  };
  return { current, next };
}

export function socketOptions({ name, use, caFile }: Pick<ConnectionOptions, 'name' | 'use' | 'caFile'>) {
  return {
    noDelay: true,
    keepAlive: true,
    keepAliveDelay: 10_000,
    timeout: connectTimeoutMs,
    clientProperties: { connection_name: `${name} ${use}` },
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
  };
}
