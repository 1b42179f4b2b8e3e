import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

import { decode, encode, type StoredResponse } from './stored-response.ts';

/**
 * Answers by key: a bounded part of them in this process and, once they were asked for a second time, in Redis, where the other
 * pods find them. Most lists are asked for once: to send those away as well took a sixth of the gateway's work for them.
 */
export interface KeptResponses {
  find(key: string): Promise<StoredResponse | undefined>;
  keep(key: string, response: StoredResponse, ttlMs: number): void;
}

interface Deps {
  redis: Redis;
  now: () => number;
  onStoreError: (error: unknown) => void;
  sizeBytes: number;
}

interface Kept {
  response: StoredResponse;
  /** Milliseconds since the epoch. */
  until: number;
  isShared: boolean;
}

/** What an entry costs beside its body's bytes, roughly. */
const overheadBytes = 512;

export function createKeptResponses({ redis, now, onStoreError, sizeBytes }: Deps): KeptResponses {
  const near = new LRUCache<string, Kept>({
    maxSize: sizeBytes,
    sizeCalculation: ({ response }) => response.body.length + overheadBytes,
  });

  async function findFar(key: string): Promise<StoredResponse | undefined> {
    try {
      const bytes = await redis.getBuffer(key);
      return bytes ? decode(bytes) : undefined;
    } catch (error) {
      onStoreError(error);
      return undefined;
    }
  }

  function share(key: string, kept: Kept): void {
    kept.isShared = true;
    const ttlMs = kept.until - now();
    if (ttlMs > 0) redis.set(key, encode(kept.response), 'PX', ttlMs).catch(onStoreError);
  }

  return {
    async find(key) {
      const kept = near.get(key);
      if (kept && !kept.isShared) share(key, kept);
      if (kept) return kept.response;
      const far = await findFar(key);
      // Another request may have kept a newer answer while this one asked.
      const newer = near.get(key)?.response;
      if (far && !newer) near.set(key, { response: far, until: Infinity, isShared: true });
      return newer ?? far;
    },
    keep(key, response, ttlMs) {
      const isKnown = near.has(key);
      const kept = { response, until: now() + ttlMs, isShared: false };
      near.set(key, kept);
      if (isKnown) share(key, kept);
    },
  };
}
