import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

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

/** Counts live in the `state` Redis, shared by all pods; while it is away each pod counts for itself. */
export function createRateLimits(redis: Redis, prefix: string, policies = rateLimitPolicies): RateLimits {
  const limiters = Object.fromEntries(
    Object.entries(policies).map(([kind, policy]) => [kind, limiterOf(redis, `${prefix}:limit:${kind}`, policy)]),
  ) as Record<RouteKind, RateLimiterRedis>;

  return {
    async consume(kind, client) {
      try {
        return verdict(kind, policies[kind], await limiters[kind].consume(client), true);
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return verdict(kind, policies[kind], refused, false);
        throw refused;
      }
    },
  };
}

function limiterOf(redis: Redis, keyPrefix: string, { points, seconds }: RateLimitPolicy): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration: seconds,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration: seconds }),
  });
}

function verdict(
  kind: RouteKind,
  policy: RateLimitPolicy,
  count: RateLimiterRes,
  isAllowed: boolean,
): RateLimitVerdict {
  const resetSeconds = Math.max(1, Math.ceil(count.msBeforeNext / 1000));
  return {
    isAllowed,
    retryAfterSeconds: resetSeconds,
    headers: {
      'ratelimit-policy': `"${kind}";q=${policy.points};w=${policy.seconds}`,
      ratelimit: `"${kind}";r=${Math.max(0, count.remainingPoints)};t=${resetSeconds}`,
    },
  };
}
