import { setTimeout as pause } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import type { Worker } from '../http/service.ts';
import type { Log } from '../log.ts';
import { ms, type Duration } from '../time.ts';
import type { Broker } from './connection/broker.ts';
import type { OutgoingMessage, Publication } from './connection/publisher.ts';

/** Where events wait to be sent: a shard's outbox, a collection's documents. */
export type OutboxSource<Item> = {
  /** For logs: the shard's name, the collection's. */
  readonly name: string;
  /** Takes the oldest that nobody else has, in their order, so that for `leaseMs` nobody else sends them. */
  lease(limit: number): Promise<Leased<Item>[]>;
  /** Writes down what became of each: those confirmed are sent, the others are due again after a while. */
  settle(items: readonly Settled<Item>[]): Promise<void>;
};

/** Without a message there is nothing to send of it, and it counts as confirmed. `since` is when it was written. */
export type Leased<Item> = { item: Item; message: OutgoingMessage | undefined; since: Date };
export type Settled<Item> = { item: Item; publication: Publication };

/** Longer than a window may take to be confirmed; what a killed relay held waits this long. */
export const leaseMs = 15_000;
/** What has been held longer than this when it could be sent is left to the others. */
const staleMs = 4_000;
const window = 500;

type RelayBroker = Pick<Broker, 'publisher' | 'metrics'>;

export type RelayOptions = {
  sources: readonly OutboxSource<unknown>[];
  broker: RelayBroker;
  log: Log;
  /** How often to look without being woken. */
  every?: Duration;
  /** The same while nothing waits; without it `every`. Whoever is woken by all that write may look seldom. */
  idle?: Duration;
};

export type Relay = Worker & {
  /** A hint that something was written; costs nothing when there is nothing. */
  wake(source?: string): void;
};

/**
 * Sends what waits in outboxes, each source by a loop of its own. Lease, commit, publish, mark: no transaction is open
 * while the broker is asked. Whatever is interrupted is sent again, so consumers see some events twice. Any number of
 * relays may work on the same sources.
 */
export function createRelay({ sources, broker, log, every = '1s', idle = every }: RelayOptions): Relay {
  const pauses = { everyMs: ms(every), idleMs: ms(idle) };
  const loops = sources.map((source) => new RelayLoop(source, { broker, log, ...pauses }));
  return {
    start() {
      for (const loop of loops) loop.start();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
    wake(name) {
      for (const loop of loops) if (name === undefined || loop.name === name) loop.wake();
    },
  };
}

class RelayLoop<Item> {
  readonly #source: OutboxSource<Item>;
  readonly #broker: RelayBroker;
  readonly #log: Log;
  readonly #everyMs: number;
  readonly #idleMs: number;
  #isStopping = false;
  #isWoken = false;
  #waiting: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    source: OutboxSource<Item>,
    { broker, log, everyMs, idleMs }: { broker: RelayBroker; log: Log; everyMs: number; idleMs: number },
  ) {
    this.#source = source;
    this.#broker = broker;
    this.#log = log;
    this.#everyMs = everyMs;
    this.#idleMs = idleMs;
  }

  get name(): string {
    return this.#source.name;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#isWoken = true;
    this.#waiting?.abort();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#waiting?.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping) {
      this.#isWoken = false;
      try {
        const found = this.#broker.publisher.isOpen ? await this.#round() : 'some';
        failures = 0;
        if (found !== 'more') await this.#wait(found === 'some' ? this.#everyMs : this.#idleMs);
      } catch (error) {
        if (failures === 0) this.#log.warn({ error, source: this.name }, 'the outbox cannot be read, will try again');
        failures += 1;
        await this.#wait(backOffMs(failures + 3, Math.random()));
      }
    }
  }

  /** With `more` it goes on at once; `some` may have been changed by others while it was leased, or did not leave. */
  async #round(): Promise<'none' | 'some' | 'more'> {
    const from = performance.now();
    const leased = await this.#source.lease(window);
    const ageSeconds = leased[0] ? Math.max(0, Date.now() - leased[0].since.getTime()) / 1000 : 0;
    this.#broker.metrics.oldest.set({ source: this.name }, ageSeconds);
    if (leased.length === 0) return 'none';
    const settled: Settled<Item>[] = [];
    for (let at = 0; at < leased.length; at += window)
      settled.push(...(await this.#send(leased.slice(at, at + window), performance.now() - from > staleMs)));
    await this.#source.settle(settled);
    const unsent = settled.filter(({ publication }) => publication !== 'confirmed').length;
    if (unsent > 0) this.#log.warn({ messages: unsent, source: this.name }, 'events could not be sent, will try again');
    return leased.length >= window && unsent < settled.length ? 'more' : 'some';
  }

  async #send(leased: readonly Leased<Item>[], isStale: boolean): Promise<Settled<Item>[]> {
    const messages = leased.flatMap(({ message }) => message ?? []);
    const publications = isStale ? [] : await this.#broker.publisher.publish(messages);
    const returned = messages.filter((_, at) => publications[at] === 'returned').map(({ routingKey }) => routingKey);
    if (returned.length > 0)
      this.#log.error(
        { types: [...new Set(returned)], source: this.name },
        'no queue takes these events: has the broker been provisioned for this release?',
      );
    const next = publications.values();
    return leased.map(({ item, message }) => {
      const publication: Publication = message ? (next.next().value ?? 'unconfirmed') : 'confirmed';
      return { item, publication };
    });
  }

  /** Ends early when woken, also when that happened before. */
  async #wait(forMs: number): Promise<void> {
    if (this.#isWoken || this.#isStopping) return;
    this.#waiting = new AbortController();
    await pause(forMs, undefined, { signal: this.#waiting.signal }).catch(() => {});
    this.#waiting = undefined;
  }
}
