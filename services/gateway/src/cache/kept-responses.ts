import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

import { decode, encode, type StoredResponse } from './stored-response.ts';

/** Answers by key: a bounded part of them in this process, all of them in Redis, where the other pods find them. */
export interface KeptResponses {
  find(key: string): Promise<StoredResponse | undefined>;
  keep(key: string, response: StoredResponse, ttlMs: number): void;
}

interface Deps {
  redis: Redis;
  onStoreError: (error: unknown) => void;
  sizeBytes: number;
}

/** What an entry costs beside its body's bytes, roughly. */
const overheadBytes = 512;

export function createKeptResponses({ redis, onStoreError, sizeBytes }: Deps): KeptResponses {
  const near = new LRUCache<string, StoredResponse>({
    maxSize: sizeBytes,
    sizeCalculation: (response) => response.body.length + overheadBytes,
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

  return {
    async find(key) {
      const kept = near.get(key);
      if (kept) return kept;
      const far = await findFar(key);
      // Another request may have kept a newer answer while this one asked.
      const newer = near.get(key);
      if (far && !newer) near.set(key, far);
      return newer ?? far;
    },
    keep(key, response, ttlMs) {
      near.set(key, response);
      redis.set(key, encode(response), 'PX', ttlMs).catch(onStoreError);
    },
  };
}
