import type { Redis } from 'ioredis';

/** The number that retires everything the cache holds, shared by all pods (ADR 6). */
export interface Generation {
  /** At most a second old. The last known one while the store is away. */
  current(): string | Promise<string>;
  /** Rejects while the store is away. */
  raise(): Promise<void>;
}

interface Deps {
  redis: Redis;
  prefix: string;
  now: () => number;
  onStoreError: (error: unknown) => void;
}

const keptMs = 1_000;

export function createGeneration({ redis, prefix, now, onStoreError }: Deps): Generation {
  const key = `${prefix}:generation`;
  let value = '0';
  let readAt = -Infinity;
  let reading: Promise<string> | undefined;

  async function read(): Promise<string> {
    try {
      value = (await redis.get(key)) ?? '0';
    } catch (error) {
      onStoreError(error);
    }
    readAt = now();
    reading = undefined;
    return value;
  }

  return {
    current: () => (now() - readAt < keptMs ? value : (reading ??= read())),
    async raise() {
      try {
        value = String(await redis.incr(key));
        readAt = now();
      } catch (error) {
        onStoreError(error);
        throw error;
      }
    },
  };
}
