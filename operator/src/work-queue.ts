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

export type WorkQueue = ReturnType<typeof createWorkQueue>;

export function createWorkQueue(options: WorkQueueOptions = {}) {
  const { timers = systemTimers, random = Math.random, baseDelayMs = 100, maxDelayMs = 300_000 } = options;
  const waiting = new Map<string, number>(); // key → when it was added; insertion order is the order of work
  const dirty = new Set<string>(); // added again while being handled
  const running = new Set<string>();
  const delayed = new Map<string, { due: number; cancel: () => void }>();
  const failures = new Map<string, number>();
  const takers: ((taken: Taken | null) => void)[] = [];
  let closed = false;

  function add(key: string): void {
    if (closed) return;
    cancelDelay(key);
    if (running.has(key)) dirty.add(key);
    else if (!waiting.has(key)) waiting.set(key, timers.now());
    handOut();
  }

  /** Adds the key after `ms`; of several such wishes the earliest wins. */
  function addAfter(key: string, ms: number): void {
    if (closed) return;
    if (ms <= 0) return add(key);
    const due = timers.now() + ms;
    const planned = delayed.get(key);
    if (planned !== undefined && planned.due <= due) return;
    planned?.cancel();
    delayed.set(key, { due, cancel: timers.after(ms, () => add(key)) });
  }

  /** Adds the key after the next back-off delay of its own; returns that delay. */
  function retry(key: string): number {
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    const delay = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failed, 30)) * (0.8 + 0.4 * random());
    addAfter(key, delay);
    return delay;
  }

  function handOut(): void {
    while (takers.length > 0) {
      const next = waiting.entries().next();
      if (next.done) return;
      const [key, since] = next.value;
      waiting.delete(key);
      running.add(key);
      takers.shift()?.({ key, waitedMs: timers.now() - since });
    }
  }

  function cancelDelay(key: string): void {
    delayed.get(key)?.cancel();
    delayed.delete(key);
  }

  /** The next key, or `null` when the queue is closed and empty. Every taken key must be given back with `done`. */
  function take(): Promise<Taken | null> {
    if (closed && waiting.size === 0) return Promise.resolve(null);
    return new Promise((resolve) => {
      takers.push(resolve);
      handOut();
    });
  }

  function done(key: string): void {
    running.delete(key);
    if (dirty.delete(key)) add(key);
  }

  /** Takes no more keys; what waits in delays is dropped, what waits for a worker is not handed out. */
  function close(): void {
    closed = true;
    waiting.clear();
    dirty.clear();
    for (const key of [...delayed.keys()]) cancelDelay(key);
    for (const taker of takers.splice(0)) taker(null);
  }

  return {
    add,
    addAfter,
    retry,
    take,
    done,
    close,
    /** The key went well: its next failure starts with the first delay. */
    forget: (key: string): void => void failures.delete(key),
    failures: (key: string): number => failures.get(key) ?? 0,
    depth: (): number => waiting.size,
    size: (): number => waiting.size + running.size + delayed.size,
  };
}

export type Taken = { key: string; waitedMs: number };
