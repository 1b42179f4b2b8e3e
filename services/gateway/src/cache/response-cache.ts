import { withoutRequest } from '@storefront/kit/request-context';
import type { Redis } from 'ioredis';

import { createGeneration } from './generation.ts';
import { createKeptResponses } from './kept-responses.ts';
import type { StoredResponse } from './stored-response.ts';

export interface CachePolicy {
  maxAgeMs: number;
  staleMs: number;
}

/** `hit`: young enough. `stale`: given at once, a new one is on its way. `rescued`: too old, but the service is away. */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'rescued' | 'uncacheable';

export interface CacheAnswer {
  response: StoredResponse;
  outcome: CacheOutcome;
  ageMs: number;
}

export interface ResponseCache {
  /** The kept answer or, once for all who ask at the same time, a new one from `load`. */
  fetch(name: string, policy: CachePolicy, load: Load): Promise<CacheAnswer>;
  /** After a change: what was kept before is not given any more, by any pod within a second (ADR 6). Rejects without the store. */
  invalidate(): Promise<void>;
}

type Load = () => Promise<StoredResponse>;

interface Request {
  key: string;
  policy: CachePolicy;
  load: Load;
}

interface Deps {
  redis: Redis;
  /** `<scope>:gateway` */
  prefix: string;
  now: () => number;
  /** Says that the cache's own store failed; the request goes on without it. */
  onStoreError: (error: unknown) => void;
  sizeBytes?: number;
}

/** How long past its time an answer may still rescue a request while the service is away. */
const rescueMs = 10 * 60_000;

const lifeMs = ({ maxAgeMs, staleMs }: CachePolicy) => maxAgeMs + staleMs + rescueMs;

/** Answers that say nothing of what was asked for, only that it is to be asked again. */
const later = new Set([408, 425, 429]);

export function createResponseCache({ sizeBytes = 32 * 1024 * 1024, ...deps }: Deps): ResponseCache {
  const responses = createKeptResponses({ ...deps, sizeBytes });
  const generation = createGeneration(deps);
  const loading = new Map<string, Promise<StoredResponse>>();
  let newestGeneration = '';

  function settle({ key, policy }: Request, response: StoredResponse): StoredResponse {
    // Asked for before a change, it may come after an answer that was asked for later.
    if (response.generation !== newestGeneration || later.has(response.status)) return response;
    if (response.status === 200) responses.keep(key, response, lifeMs(policy));
    // What is gone or refused must not come back when the service is away.
    else responses.drop(key);
    return response;
  }

  /** One load for all who ask at the same time, but never one that began before the last write. */
  function refresh(request: Request, generationNow: string): Promise<StoredResponse> {
    const name = `${generationNow} ${request.key}`;
    const running = loading.get(name);
    if (running) return running;
    const started = request
      .load()
      .then((loaded) => settle(request, { ...loaded, generation: generationNow }))
      .finally(() => loading.delete(name));
    loading.set(name, started);
    return started;
  }

  return {
    async fetch(name, policy, load) {
      const request = { key: `${deps.prefix}:response:${name}`, policy, load };
      const now = await generation.current();
      newestGeneration = now;
      const response = await responses.find(request.key, lifeMs(policy));
      if (!response) return answerOf(await refresh(request, now));
      const kept = { response, ageMs: deps.now() - response.storedAt };
      const isCurrent = response.generation === now;
      if (isCurrent && kept.ageMs <= policy.maxAgeMs) return { ...kept, outcome: 'hit' };
      if (!isCurrent || kept.ageMs > policy.maxAgeMs + policy.staleMs)
        return loadOrRescue(kept, () => refresh(request, now));
      withoutRequest(() => refresh(request, now)).catch(() => undefined);
      return { ...kept, outcome: 'stale' };
    },
    invalidate: () => generation.raise(),
  };
}

function answerOf(response: StoredResponse): CacheAnswer {
  return { response, outcome: response.status === 200 ? 'miss' : 'uncacheable', ageMs: 0 };
}

async function loadOrRescue(kept: Omit<CacheAnswer, 'outcome'>, load: Load): Promise<CacheAnswer> {
  try {
    return answerOf(await load());
  } catch {
    return { ...kept, outcome: 'rescued' };
  }
}
