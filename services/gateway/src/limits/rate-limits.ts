import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import { createLeases, type Left } from './leases.ts';

/** One budget for all routes of a kind, so that a client cannot multiply it by walking through them. */
export type RouteKind = 'read' | 'write' | 'bulk' | 'picture';

export interface RateLimitPolicy {
  points: number;
  seconds: number;
}

export type RateLimitPolicies = Readonly<Record<RouteKind, RateLimitPolicy>>;

export const rateLimitPolicies: RateLimitPolicies = {
  read: { points: 3_000, seconds: 10 },
  write: { points: 200, seconds: 10 },
  // Pictures of a whole catalogue come one by one, as fast as a merchant's program can send them.
  bulk: { points: 1_800, seconds: 60 },
  // A page shows two dozen of them.
  picture: { points: 6_000, seconds: 10 },
};

export interface RateLimitVerdict {
  isAllowed: boolean;
  retryAfterSeconds: number;
  /** `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 writes them. */
  headers: Record<string, string>;
}

export interface RateLimits {
  consume(kind: RouteKind, client: string): Promise<RateLimitVerdict>;
}

/** A client's budget is taken in this many parts (`leases.ts`). */
const parts = 100;

/** Counts live in the `state` Redis, shared by all pods; while it is away each pod counts for itself. */
export function createRateLimits(redis: Redis, prefix: string, policies = rateLimitPolicies): RateLimits {
  const limiters = Object.fromEntries(
    Object.entries(policies).map(([kind, policy]) => [kind, limiterOf(redis, `${prefix}:limit:${kind}`, policy)]),
  ) as Record<RouteKind, (client: string) => Promise<Left>>;

  return {
    async consume(kind, client) {
      try {
        return verdict(kind, policies[kind], await limiters[kind](client), true);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return verdict(kind, policies[kind], { points: 0, msBeforeNext: refused.msBeforeNext }, false);
      }
    },
  };
}

function limiterOf(redis: Redis, keyPrefix: string, { points, seconds }: RateLimitPolicy) {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration: seconds,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration: seconds }),
  });
  return createLeases({
    async take(client, wanted) {
      const { remainingPoints, msBeforeNext } = await limiter.consume(client, wanted);
      return { points: remainingPoints, msBeforeNext };
    },
    points: Math.max(1, Math.floor(points / parts)),
    now: () => performance.now(),
  });
}

function verdict(kind: RouteKind, policy: RateLimitPolicy, left: Left, isAllowed: boolean): RateLimitVerdict {
  const resetSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
  return {
    isAllowed,
    retryAfterSeconds: resetSeconds,
    headers: {
      'ratelimit-policy': `"${kind}";q=${policy.points};w=${policy.seconds}`,
      ratelimit: `"${kind}";r=${Math.max(0, left.points)};t=${resetSeconds}`,
    },
  };
}
