import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { backOffMs } from '../../back-off.ts';
import type { Worker } from '../../http/service.ts';
import type { Log } from '../../log.ts';
import { problemOfQueue } from './boot-check.ts';
import type { Broker } from '../connection/broker.ts';
import { fateOf, UnprocessableMessage, type Fate } from './outcome.ts';
import { deliveryLimit } from '../topology.ts';

export type ReceivedMessage = {
  messageId: string;
  content: Buffer;
  contentType: string | undefined;
  headers: Readonly<Record<string, unknown>>;
};

export type ConsumerOptions = {
  broker: Pick<Broker, 'consuming' | 'metrics'>;
  /** A queue of the topology that this service may read. */
  queue: string;
  /** Resolved means done, and `'duplicate'` that there was nothing to do; what it throws decides the message's fate (`fateOf`). */
  receive: (message: ReceivedMessage) => Promise<'duplicate' | void>;
  log: Log;
  /** How many messages are worked on at once, and held from the other instances. */
  prefetch?: number;
};

/** How long the start waits for the broker in order to refuse a wrong queue; without it a service starts all the same. */
const patienceMs = 1_000;
/** A broker that does not answer any more must not hold up the end of the process. */
const farewellMs = 5_000;

/**
 * Takes messages as long as it runs, over every loss of the broker. Failed messages are rejected, which counts towards the
 * delivery limit; those that only came at a bad time are given back uncounted. `start` throws when the queue is not what the
 * topology says. `stop` takes no more, waits for what is being worked on, and gives back the rest.
 */
export function createConsumer(options: ConsumerOptions): Worker {
  return new Consumer(options);
}

class Consumer implements Worker {
  readonly #options: ConsumerOptions;
  readonly #prefetch: number;
  readonly #stopping = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();
  /** Outages in a row: each message waits longer before it is given back. */
  #outages = 0;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#prefetch = options.prefetch ?? 10;
  }

  async start(): Promise<void> {
    const { broker, queue } = this.#options;
    const inTime = AbortSignal.timeout(patienceMs);
    const model = await broker.consuming.up(inTime).catch(() => undefined);
    const problem = model && (await problemOfQueue(model, queue).catch(() => undefined));
    if (problem !== undefined) throw new Error(problem);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const giveUp = new AbortController();
    const tooLong = Promise.allSettled(this.#working).then(() => pause(farewellMs, undefined, giveUp));
    await Promise.race([this.#running, tooLong]).finally(() => giveUp.abort());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { log, queue } = this.#options;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const from = performance.now();
      await this.#consume().catch((error: unknown) => {
        if (!signal.aborted) log.error({ error, queue }, 'cannot consume now, will try again');
      });
      if (performance.now() - from > 10_000) failures = 0;
      await pause(backOffMs(failures + 1, Math.random()), undefined, { signal }).catch(() => {});
    }
  }

  /** Until the channel ends, or the service. */
  async #consume(): Promise<void> {
    const { broker, queue } = this.#options;
    const { signal } = this.#stopping;
    const model = await broker.consuming.up(signal);
    const problem = await problemOfQueue(model, queue);
    if (problem !== undefined) throw new Error(problem);
    const channel = await model.createChannel();
    const ended = Promise.withResolvers<void>();
    ended.promise.catch(() => {});
    channel.on('error', ended.reject);
    channel.on('close', ended.resolve);
    await channel.prefetch(this.#prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) this.#take(channel, message);
      else ended.reject(new Error(`the queue ${queue} is gone`));
    });
    const unsubscribe = onAbort(signal, ended.resolve);
    try {
      await ended.promise;
    } finally {
      unsubscribe();
      await this.#drain(channel, consumerTag);
    }
  }

  async #drain(channel: Channel, consumerTag: string): Promise<void> {
    await channel.cancel(consumerTag).catch(() => {});
    await Promise.allSettled(this.#working);
    await channel.close().catch(() => {});
  }

  #take(channel: Channel, message: ConsumeMessage): void {
    if (message.fields.redelivered) this.#options.broker.metrics.redelivered.inc({ queue: this.#options.queue });
    const work = this.#work(channel, message).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #work(channel: Channel, message: ConsumeMessage): Promise<void> {
    const { queue, broker } = this.#options;
    let outcome: Fate | 'duplicate';
    let error: unknown;
    try {
      if (this.#stopping.signal.aborted) outcome = 'busy';
      else outcome = (await this.#options.receive(toReceived(message))) ?? 'done';
      if (outcome !== 'busy') this.#outages = 0;
    } catch (thrown) {
      error = thrown;
      outcome = this.#fateOf(thrown);
      if (outcome === 'busy') await this.#waitOut();
    }
    broker.metrics.consumed.inc({ queue, outcome });
    if (error) this.#tell(message, outcome, error);
    try {
      settle(channel, message, outcome);
    } catch {
      // The channel is gone, and with it every delivery: the broker gives the message to somebody again.
    }
  }

  #fateOf(error: unknown): Exclude<Fate, 'done'> {
    const fate = fateOf(error);
    return fate === 'failed' && this.#stopping.signal.aborted ? 'busy' : fate;
  }

  /** While a store is away, messages are held rather than passed around. */
  async #waitOut(): Promise<void> {
    const { signal } = this.#stopping;
    this.#outages += 1;
    const waitMs = backOffMs(this.#outages, Math.random());
    await pause(waitMs, undefined, { signal }).catch(() => {});
  }

  #tell(message: ConsumeMessage, outcome: Fate | 'duplicate', error: unknown): void {
    const { queue, log, broker } = this.#options;
    const { messageId, type } = message.properties as { messageId?: string; type?: string };
    const fields = { error, queue, messageId, type };
    if (outcome === 'busy') return log.warn(fields, 'a message came at a bad time and will come again');
    const isLast = Number(message.properties.headers?.['x-delivery-count'] ?? 0) >= deliveryLimit;
    if (outcome === 'failed' && !isLast) return log.warn(fields, 'a message failed and will come again');
    broker.metrics.dead.inc({ queue, reason: error instanceof UnprocessableMessage ? error.flaw : 'delivery-limit' });
    log.error(fields, 'a message is a dead letter now: storefront-dlq shows and replays it');
  }
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}

function toReceived({ content, properties }: ConsumeMessage): ReceivedMessage {
  const { messageId, contentType, headers } = properties as Partial<ReceivedMessage>;
  return { messageId: messageId ?? '', content, contentType, headers: headers ?? {} };
}

/** `nack` does not count towards the delivery limit, `reject` does (RabbitMQ 4.3). */
function settle(channel: Channel, message: ConsumeMessage, outcome: Fate | 'duplicate'): void {
  if (outcome === 'busy') channel.nack(message, false, true);
  else if (outcome === 'failed') channel.reject(message, true);
  else if (outcome === 'dead') channel.reject(message, false);
  else channel.ack(message);
}
