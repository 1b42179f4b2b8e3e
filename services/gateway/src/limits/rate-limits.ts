import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { Client } from './client.ts';
import { createLeases, type Left } from './leases.ts';

/** One budget for all routes of a kind, so that a client cannot multiply it by walking through them. */
export type RouteKind = 'read' | 'write' | 'newcomer' | 'bulk' | 'picture' | 'events' | 'webhook';

export interface RateLimitPolicy {
  points: number;
  seconds: number;
}

export type RateLimitPolicies = Readonly<Record<RouteKind, RateLimitPolicy>>;

export const rateLimitPolicies: RateLimitPolicies = {
  read: { points: 3_000, seconds: 10 },
  /** Of one buyer, wherever he is; also what only reads but makes others work (`x-budget`). */
  write: { points: 200, seconds: 10 },
  /** Of all behind one address who show no token yet: a new cart is such a write, and a token comes with it. */
  newcomer: { points: 600, seconds: 10 },
  // Pictures of a whole catalogue come one by one, as fast as a merchant's program can send them.
  bulk: { points: 1_800, seconds: 60 },
  // A page shows two dozen of them.
  picture: { points: 6_000, seconds: 10 },
  /** How often somebody begins to listen: again after each loss of the connection. */
  events: { points: 120, seconds: 60 },
  /** Stripe and the carriers call for all buyers together, and send again what was refused. */
  webhook: { points: 6_000, seconds: 10 },
};

/**
 * Tokens cost nothing, so whoever collects them must not multiply his budget without end. Counted by each pod for itself and far above
 * what the buyers behind one address need.
 */
const addressPolicy: RateLimitPolicy = { points: 6_000, seconds: 10 };

export interface RateLimitVerdict {
  isAllowed: boolean;
  retryAfterSeconds: number;
  /** `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 writes them. */
  headers: Record<string, string>;
}

export interface RateLimits {
  consume(kind: RouteKind, client: Client): Promise<RateLimitVerdict>;
}

interface Budget {
  name: string;
  policy: RateLimitPolicy;
  take: (client: string) => Promise<Left>;
}

/** Counts live in the `state` Redis, shared by all pods; while it is away each pod counts for itself. */
export function createRateLimits(redis: Redis, prefix: string, changes: Partial<RateLimitPolicies> = {}): RateLimits {
  const policies = { ...rateLimitPolicies, ...changes };
  const budgets = Object.fromEntries(
    Object.entries(policies).map(([name, policy]) => [
      name,
      { name, policy, take: fromRedis(redis, `${prefix}:limit:${name}`, policy) },
    ]),
  ) as Record<RouteKind, Budget>;
  const { points, seconds } = addressPolicy;
  const ofAddress = {
    name: 'address',
    policy: addressPolicy,
    take: takeFrom(new RateLimiterMemory({ keyPrefix: 'address', points, duration: seconds })),
  };

  return {
    async consume(kind, { name, address }) {
      if (name === undefined) return consumeFrom(budgets[kind === 'write' ? 'newcomer' : kind], address);
      const shared = await consumeFrom(ofAddress, address);
      return shared.isAllowed ? consumeFrom(budgets[kind], name) : shared;
    },
  };
}

async function consumeFrom(budget: Budget, key: string): Promise<RateLimitVerdict> {
  try {
    return verdict(budget, await budget.take(key), true);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return verdict(budget, { points: 0, msBeforeNext: refused.msBeforeNext }, false);
  }
}

/** A client's budget is taken from Redis in this many parts (`leases.ts`): one of them is enough for the writes of a whole checkout. */
const parts = 50;

function fromRedis(redis: Redis, keyPrefix: string, { points, seconds }: RateLimitPolicy): Budget['take'] {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration: seconds,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration: seconds }),
  });
  return createLeases({
    take: takeFrom(limiter),
    points: Math.max(1, Math.floor(points / parts)),
    now: () => performance.now(),
  });
}

const takeFrom =
  (limiter: RateLimiterRedis | RateLimiterMemory) =>
  async (client: string, wanted = 1): Promise<Left> => {
    const { remainingPoints, msBeforeNext } = await limiter.consume(client, wanted);
    return { points: remainingPoints, msBeforeNext };
  };

function verdict({ name, policy }: Budget, left: Left, isAllowed: boolean): RateLimitVerdict {
  const resetSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
  return {
    isAllowed,
    retryAfterSeconds: resetSeconds,
    headers: {
      'ratelimit-policy': `"${name}";q=${policy.points};w=${policy.seconds}`,
      ratelimit: `"${name}";r=${Math.max(0, left.points)};t=${resetSeconds}`,
    },
  };
}
