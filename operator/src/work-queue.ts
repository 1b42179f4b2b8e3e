/**
 * A queue of keys with the semantics of client-go's work queue: a key waits once however often it is added, is never
 * handled twice at the same time, and runs again if it was added while it ran.
 */

/** Time, as the queue needs it; a test passes its own. */
export type Timers = {
  now(): number;
  /** Calls `work` after `ms` unless the returned function is called first. */
  after(ms: number, work: () => void): () => void;
};

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

export type WorkQueueOptions = {
  timers?: Timers;
  random?: () => number;
  /** First delay after a failure; it doubles up to `maxDelayMs`, ±20 %. */
  baseDelayMs?: number;
  maxDelayMs?: number;
};

export type Taken = { key: string; waitedMs: number };

export const createWorkQueue = (options: WorkQueueOptions = {}): WorkQueue => new WorkQueue(options);

export class WorkQueue {
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #baseDelayMs: number;
  readonly #maxDelayMs: number;
  /** Key → when it was added; the order of insertion is the order of work. */
  readonly #waiting = new Map<string, number>();
  /** Added again while being handled. */
  readonly #dirty = new Set<string>();
  readonly #running = new Set<string>();
  readonly #delayed = new Map<string, { due: number; cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((taken: Taken | null) => void)[] = [];
  #closed = false;

  constructor({
    timers = systemTimers,
    random = Math.random,
    baseDelayMs = 100,
    maxDelayMs = 300_000,
  }: WorkQueueOptions) {
    this.#timers = timers;
    this.#random = random;
    this.#baseDelayMs = baseDelayMs;
    this.#maxDelayMs = maxDelayMs;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#cancelDelay(key);
    if (this.#running.has(key)) this.#dirty.add(key);
    else if (!this.#waiting.has(key)) this.#waiting.set(key, this.#timers.now());
    this.#handOut();
  }

  /** Adds the key after `ms`; of several such wishes the earliest wins. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) return this.add(key);
    const due = this.#timers.now() + ms;
    const planned = this.#delayed.get(key);
    if (planned !== undefined && planned.due <= due) return;
    planned?.cancel();
    this.#delayed.set(key, { due, cancel: this.#timers.after(ms, () => this.add(key)) });
  }

  /** Adds the key after the next back-off delay of its own; returns that delay. */
  retry(key: string): number {
    const failed = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failed + 1);
    const doubled = Math.min(this.#maxDelayMs, this.#baseDelayMs * 2 ** Math.min(failed, 30));
    const delay = doubled * (0.8 + 0.4 * this.#random());
    this.addAfter(key, delay);
    return delay;
  }

  /** The key went well: its next failure starts with the first delay. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, or `null` once the queue is closed. Every key taken must be given back with `done`. */
  take(): Promise<Taken | null> {
    if (this.#closed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#handOut();
    });
  }

  done(key: string): void {
    this.#running.delete(key);
    if (this.#dirty.delete(key)) this.add(key);
  }

  /** Hands out no more keys; what is being handled runs to its end. The next start finds the rest again by listing. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#dirty.clear();
    for (const key of this.#delayed.keys()) this.#cancelDelay(key);
    for (const taker of this.#takers.splice(0)) taker(null);
  }

  /** Keys that wait for a worker now. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Keys that are waiting, delayed or being handled. */
  get size(): number {
    return new Set([...this.#waiting.keys(), ...this.#running, ...this.#delayed.keys()]).size;
  }

  #handOut(): void {
    while (this.#takers.length > 0) {
      const next = this.#waiting.entries().next();
      if (next.done) return;
      const [key, since] = next.value;
      this.#waiting.delete(key);
      this.#running.add(key);
      this.#takers.shift()?.({ key, waitedMs: this.#timers.now() - since });
    }
  }

  #cancelDelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }
}
