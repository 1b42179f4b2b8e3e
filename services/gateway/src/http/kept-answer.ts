import { guest } from '@storefront/kit/caller';
import type { ServiceContext } from '@storefront/kit/http';

import { cacheKey } from '../cache/cache-key.ts';
import type { CacheAnswer, CachePolicy, ResponseCache } from '../cache/response-cache.ts';
import { storedResponse } from '../cache/stored-response.ts';
import { upstreamPath, type PublicRoute } from '../routing/route-table.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Sign } from './upstream-call.ts';

export interface KeptAnswerDeps {
  upstream: Upstream;
  cache: ResponseCache;
  sign: Sign;
  now: () => number;
}

/** Answers a guest out of the cache. The service is asked on behalf of a guest without a name: what is kept is for all of them. */
export async function sendKept(
  ctx: ServiceContext,
  { service, policy }: Pick<PublicRoute, 'service'> & { policy: CachePolicy },
  { upstream, cache, sign, now }: KeptAnswerDeps,
): Promise<void> {
  const path = upstreamPath(ctx.path);
  const answer = await cache.fetch(cacheKey(path, ctx.querystring), policy, async () => {
    const { status, headers, body } = await upstream.request({
      method: 'GET',
      path: path + ctx.search,
      caller: await sign(guest, service),
    });
    return storedResponse(status, headers, body, now());
  });
  write(ctx, answer, policy);
}

function write(ctx: ServiceContext, { response, outcome, ageMs }: CacheAnswer, policy: CachePolicy): void {
  const ageSeconds = Math.floor(ageMs / 1000);
  const maxAge = Math.round(policy.maxAgeMs / 1000);
  ctx.set('cache-status', cacheStatus(outcome, maxAge - ageSeconds));
  ctx.status = response.status;
  ctx.body = response.body;
  ctx.set(response.headers);
  if (response.status !== 200) {
    ctx.set('cache-control', 'no-store');
    return;
  }
  ctx.set('cache-control', `public, max-age=${maxAge}, stale-while-revalidate=${Math.round(policy.staleMs / 1000)}`);
  ctx.set('etag', response.etag);
  if (outcome !== 'miss') ctx.set('age', String(ageSeconds));
  if (ctx.fresh) ctx.status = 304;
}

/** RFC 9211. */
function cacheStatus(outcome: CacheAnswer['outcome'], ttlSeconds: number): string {
  if (outcome === 'hit') return `storefront; hit; ttl=${ttlSeconds}`;
  if (outcome === 'stale') return `storefront; hit; ttl=${ttlSeconds}; detail=refreshing`;
  if (outcome === 'rescued') return `storefront; hit; ttl=${ttlSeconds}; detail=upstream-away`;
  return `storefront; fwd=${outcome === 'miss' ? 'uri-miss; stored' : 'uri-miss'}`;
}
