import { ms, type Duration } from '@storefront/kit/time';
import { LRUCache } from 'lru-cache';

export type Found<Value> = { value: Value; age: 'fresh' | 'stale' | 'new' };

type Options<Value> = {
  /** Beyond them the longest unused go first. */
  maxBytes: number;
  sizeOf: (value: Value) => number;
  /** What is not worth keeping is handed out once. */
  isKept: (value: Value) => boolean;
  /** How long an answer is handed out without asking again; then it is, once, behind the answer's back. */
  fresh: Duration;
  /** How long it may stand in when asking again fails. */
  stale: Duration;
  /** Runs work that outlives the request that began it. */
  inBackground: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Milliseconds that only go up. */
  now?: () => number;
};

type Entry<Value> = { value: Value; loadedAt: number; askAgainAt: number };

const retryMs = 2_000;

export type StaleCache<Value> = {
  get(key: string, work: () => Promise<Value>): Promise<Found<Value>>;
  /** What is known of a key, however old; nothing is loaded. */
  peek(key: string): Value | undefined;
};

/** Answers kept in memory: stale-while-revalidate and stale-if-error (RFC 5861), one load at a time for each key. */
export function createStaleCache<Value>(options: Options<Value>): StaleCache<Value> {
  const { sizeOf, isKept, inBackground, now = () => performance.now() } = options;
  const freshMs = ms(options.fresh);
  const staleMs = ms(options.stale);
  const entries = new LRUCache<string, Entry<Value>>({
    maxSize: options.maxBytes,
    // One page never drives out all others.
    maxEntrySize: Math.ceil(options.maxBytes / 8),
    sizeCalculation: ({ value }) => sizeOf(value),
  });
  const loading = new Map<string, Promise<Value>>();

  /** Requests for the same key wait for the same load. */
  function load(key: string, work: () => Promise<Value>): Promise<Value> {
    const current = loading.get(key);
    if (current) return current;
    const started = work()
      .then((value) => {
        if (isKept(value)) entries.set(key, { value, loadedAt: now(), askAgainAt: now() + freshMs });
        else entries.delete(key);
        return value;
      })
      .finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  }

  function refresh(key: string, entry: Entry<Value>, work: () => Promise<Value>): void {
    // Set before asking: while the source is away it is asked every two seconds, not by every request.
    entry.askAgainAt = now() + retryMs;
    inBackground(() => load(key, work)).catch(() => undefined);
  }

  return {
    async get(key, work) {
      const entry = entries.get(key);
      if (!entry || now() - entry.loadedAt > staleMs) return { value: await load(key, work), age: 'new' };
      if (now() > entry.askAgainAt) refresh(key, entry, work);
      return { value: entry.value, age: now() - entry.loadedAt <= freshMs ? 'fresh' : 'stale' };
    },
    peek: (key) => entries.peek(key)?.value,
  };
}
