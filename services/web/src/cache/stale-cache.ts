import { ms, type Duration } from '@storefront/kit/time';

export type Found<Value> = { value: Value; age: 'fresh' | 'stale' | 'new' };

type Options<Value> = {
  maxBytes: number;
  sizeOf: (value: Value) => number;
  /** What is not worth keeping is handed out once. */
  isKept: (value: Value) => boolean;
  /** How long an answer is handed out without asking again; then it is, once, behind the answer's back. */
  fresh: Duration;
  /** How long it may stand in when asking again fails. */
  stale: Duration;
  /** Work that outlives the request that began it. */
  inBackground: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Milliseconds that only go up. */
  now?: () => number;
};

type Entry<Value> = { value: Value; bytes: number; loadedAt: number; askAgainAt: number };

const retryMs = 2_000;

/**
 * Answers kept in memory: stale-while-revalidate and stale-if-error (RFC 5861), one load at a time for each key, the
 * longest unused dropped first when the bytes run out. A Map keeps the order of use, so it needs no library.
 */
export function createStaleCache<Value>(options: Options<Value>) {
  const { maxBytes, sizeOf, isKept, inBackground, now = () => performance.now() } = options;
  const freshMs = ms(options.fresh);
  const staleMs = ms(options.stale);
  const entries = new Map<string, Entry<Value>>();
  const loading = new Map<string, Promise<Value>>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  function keep(key: string, value: Value): void {
    drop(key);
    const size = sizeOf(value);
    if (!isKept(value) || size > maxBytes / 8) return;
    entries.set(key, { value, bytes: size, loadedAt: now(), askAgainAt: now() + freshMs });
    bytes += size;
    for (const oldest of entries.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
  }

  /** Requests for the same key wait for the same load. */
  function load(key: string, work: () => Promise<Value>): Promise<Value> {
    const current = loading.get(key);
    if (current) return current;
    const started = work()
      .then((value) => {
        keep(key, value);
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
    async get(key: string, work: () => Promise<Value>): Promise<Found<Value>> {
      const entry = entries.get(key);
      if (!entry || now() - entry.loadedAt > staleMs) return { value: await load(key, work), age: 'new' };
      entries.delete(key);
      entries.set(key, entry);
      const isFresh = now() - entry.loadedAt <= freshMs;
      if (now() > entry.askAgainAt) refresh(key, entry, work);
      return { value: entry.value, age: isFresh ? 'fresh' : 'stale' };
    },
    /** What is known of a key, however old; nothing is loaded. */
    peek: (key: string): Value | undefined => entries.get(key)?.value,
    get bytes() {
      return bytes;
    },
  };
}
