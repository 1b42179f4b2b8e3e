import { ServiceError } from '@storefront/kit/errors';
import { ms, type Duration } from '@storefront/kit/time';
import { LRUCache } from 'lru-cache';

export type Found<Value> = { value: Value; age: 'fresh' | 'stale' | 'new' };

type Options<Value> = {
  /** Beyond them the longest unused go first. */
  maxBytes: number;
  sizeOf: (value: Value) => number;
  /** What is not worth keeping is handed out once. */
  isKept: (value: Value) => boolean;
  /** How long an answer is handed out without asking again. */
  fresh: Duration;
  /** How long after that it is handed out while it is asked for again behind its back; then asking comes first. */
  staleWhileRevalidate: Duration;
  /** How long after it was fresh it may stand in when asking again fails. */
  staleIfError: Duration;
  /** Runs work that outlives the request that began it. */
  inBackground: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Milliseconds that only go up. */
  now?: () => number;
};

type Entry<Value> = { value: Value; loadedAt: number; askAgainAt: number };

const retryMs = 2_000;

/** That what was asked for cannot be is an answer: the old one may not stand in for it. */
const isRefusal = (error: unknown) => error instanceof ServiceError && error.kind === 'invalid';

export type StaleCache<Value> = {
  get(key: string, work: () => Promise<Value>): Promise<Found<Value>>;
  /** What is known of a key, however old; nothing is loaded. */
  peek(key: string): Value | undefined;
};

/** Answers kept in memory: stale-while-revalidate and stale-if-error (RFC 5861), one load at a time for each key. */
export function createStaleCache<Value>(options: Options<Value>): StaleCache<Value> {
  const { inBackground, now = () => performance.now() } = options;
  const freshMs = ms(options.fresh);
  const revalidateMs = freshMs + ms(options.staleWhileRevalidate);
  const standInMs = freshMs + ms(options.staleIfError);
  const entries = createEntries({ ...options, now });
  const loading = new Map<string, Promise<Value>>();

  /** Requests for the same key wait for the same load. */
  function load(key: string, work: () => Promise<Value>): Promise<Value> {
    const current = loading.get(key);
    if (current) return current;
    const started = work()
      .then((value) => entries.loaded(key, value))
      .catch((error: unknown) => entries.failed(key, error))
      .finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  }

  async function loadOrStandIn(key: string, old: Value, work: () => Promise<Value>): Promise<Found<Value>> {
    try {
      return { value: await load(key, work), age: 'new' };
    } catch (error) {
      if (isRefusal(error)) throw error;
      return { value: old, age: 'stale' };
    }
  }

  return {
    async get(key, work) {
      const entry = entries.find(key);
      const ageMs = entry ? now() - entry.loadedAt : Infinity;
      if (!entry || ageMs > standInMs) return { value: await load(key, work), age: 'new' };
      if (now() > entry.askAgainAt) {
        if (ageMs > revalidateMs) return loadOrStandIn(key, entry.value, work);
        inBackground(() => load(key, work)).catch(() => undefined);
      }
      return { value: entry.value, age: ageMs <= freshMs ? 'fresh' : 'stale' };
    },
    peek: (key) => entries.peek(key)?.value,
  };
}

/** What is kept, and what becomes of it when it was asked for again. */
function createEntries<Value>({ maxBytes, sizeOf, isKept, fresh, now }: Options<Value> & { now: () => number }) {
  const entries = new LRUCache<string, Entry<Value>>({
    maxSize: maxBytes,
    // One page never drives out all others.
    maxEntrySize: Math.ceil(maxBytes / 8),
    sizeCalculation: ({ value }) => sizeOf(value),
  });
  return {
    find: (key: string) => entries.get(key),
    peek: (key: string) => entries.peek(key),
    loaded(key: string, value: Value): Value {
      if (isKept(value)) entries.set(key, { value, loadedAt: now(), askAgainAt: now() + ms(fresh) });
      else entries.delete(key);
      return value;
    },
    failed(key: string, error: unknown): never {
      const entry = entries.peek(key);
      if (isRefusal(error)) entries.delete(key);
      // While the source is away it is asked every two seconds, not by every request.
      else if (entry) entry.askAgainAt = now() + retryMs;
      throw error;
    },
  };
}
