import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

import { decode, encode, type StoredResponse } from './stored-response.ts';

/**
 * Answers by key: a bounded part of them in this process and, once they were asked for a second time, in Redis, where the other
 * pods find them. Most lists are asked for once: to send those away as well took a sixth of the gateway's work for them.
 */
export interface KeptResponses {
  /** Only one that is younger than `ttlMs`. */
  find(key: string, ttlMs: number): Promise<StoredResponse | undefined>;
  keep(key: string, response: StoredResponse, ttlMs: number): void;
  /** What was found by `find` is gone, here and in Redis. */
  drop(key: string): void;
}

interface Deps {
  redis: Redis;
  now: () => number;
  onStoreError: (error: unknown) => void;
  sizeBytes: number;
}

interface Kept {
  response: StoredResponse;
  isShared: boolean;
}

/** What an entry costs beside its body's bytes, roughly. */
const overheadBytes = 512;

export function createKeptResponses({ sizeBytes, ...deps }: Deps): KeptResponses {
  const near = new LRUCache<string, Kept>({
    maxSize: sizeBytes,
    sizeCalculation: ({ response }) => response.body.length + overheadBytes,
  });
  const far = createSharedResponses(deps);
  const leftMs = ({ storedAt }: StoredResponse, ttlMs: number) => storedAt + ttlMs - deps.now();

  function share(key: string, kept: Kept, ttlMs: number): void {
    kept.isShared = true;
    const left = leftMs(kept.response, ttlMs);
    if (left > 0) far.set(key, kept.response, left);
  }

  function findNear(key: string, ttlMs: number): Kept | undefined {
    const kept = near.get(key);
    if (!kept || leftMs(kept.response, ttlMs) > 0) return kept;
    near.delete(key);
    return undefined;
  }

  return {
    async find(key, ttlMs) {
      const kept = findNear(key, ttlMs);
      if (kept && !kept.isShared) share(key, kept, ttlMs);
      if (kept) return kept.response;
      const found = await far.find(key);
      // Another request may have kept a newer answer while this one asked.
      const newer = near.get(key)?.response;
      if (newer || !found || leftMs(found, ttlMs) <= 0) return newer;
      near.set(key, { response: found, isShared: true });
      return found;
    },
    keep(key, response, ttlMs) {
      const isKnown = near.has(key);
      const kept = { response, isShared: false };
      near.set(key, kept);
      if (isKnown) share(key, kept, ttlMs);
    },
    drop(key) {
      // What Redis had is here too, since it was found: what nobody keeps costs no call.
      if (near.delete(key)) far.remove(key);
    },
  };
}

/** Those in Redis; without it there are none. */
function createSharedResponses({ redis, onStoreError }: Pick<Deps, 'redis' | 'onStoreError'>) {
  return {
    async find(key: string): Promise<StoredResponse | undefined> {
      try {
        const bytes = await redis.getBuffer(key);
        return bytes ? decode(bytes) : undefined;
      } catch (error) {
        onStoreError(error);
        return undefined;
      }
    },
    set: (key: string, response: StoredResponse, ttlMs: number) =>
      void redis.set(key, encode(response), 'PX', ttlMs).catch(onStoreError),
    remove: (key: string) => void redis.del(key).catch(onStoreError),
  };
}
