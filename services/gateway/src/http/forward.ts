import { buffer } from 'node:stream/consumers';

import { guest, type Caller } from '@storefront/kit/caller';
import { ServiceError } from '@storefront/kit/errors';
import type { ServiceContext } from '@storefront/kit/http';
import { ms } from '@storefront/kit/time';

import { cacheKey } from '../cache/cache-key.ts';
import type { CacheAnswer, ResponseCache } from '../cache/response-cache.ts';
import { storedResponse, type StoredResponse } from '../cache/stored-response.ts';
import { upstreamPath, type PublicRoute } from '../routing/route-table.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { RateLimits, RouteKind } from '../limits/rate-limits.ts';

export interface ForwardDeps {
  upstreams: Readonly<Record<string, Upstream>>;
  cache: ResponseCache;
  limits: RateLimits;
  sign: (caller: Caller, audience: string) => Promise<string>;
  now: () => number;
}

/** An upload takes as long as its client needs; the service bounds how long it may say nothing. */
const bulkTimeout = '1h';

/** Of what a client sends, only these reach a service; of a service's answer, only those reach a client. */
const requestHeaders = [
  'accept',
  'content-type',
  'content-length',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const;
const responseHeaders = [
  'content-type',
  'content-length',
  'etag',
  'location',
  'last-modified',
  'cache-control',
  'retry-after',
  'allow',
] as const;

/** Work of one public route: count the client's requests, answer from the cache if the route has one, else call the service. */
export function forward(route: PublicRoute, deps: ForwardDeps): (ctx: ServiceContext) => Promise<void> {
  const upstream = deps.upstreams[route.service];
  if (!upstream) throw new Error(`no upstream for ${route.service}`);
  const kind = kindOf(route);

  return async (ctx) => {
    ctx.state.route = route.path;
    await consume(ctx, kind, deps.limits);
    const caller = ctx.state.caller ?? guest;
    if (route.cache && caller.kind === 'guest') return sendKept(ctx, route, upstream, deps);
    if (kind === 'bulk') ctx.state.request.deadlineAt = performance.now() + ms(bulkTimeout);
    if (route.isStreamed) await passStream(ctx, upstream, await request(ctx, route, caller, deps));
    else await passWhole(ctx, upstream, await request(ctx, route, caller, deps));
    if (route.method !== 'get') await retire(ctx, route, deps.cache);
  };
}

/** What guests were given before a write is not given any more; an import has written when its report ends. */
async function retire(ctx: ServiceContext, { isStreamed }: PublicRoute, cache: ResponseCache): Promise<void> {
  if (isStreamed) ctx.res.once('close', () => void cache.invalidate());
  else if (ctx.status < 400) await cache.invalidate();
}

function kindOf({ method, isStreamed }: PublicRoute): RouteKind {
  if (method === 'get') return isStreamed ? 'picture' : 'read';
  return isStreamed ? 'bulk' : 'write';
}

async function consume(ctx: ServiceContext, kind: RouteKind, limits: RateLimits): Promise<void> {
  const verdict = await limits.consume(kind, clientOf(ctx));
  ctx.set(verdict.headers);
  if (verdict.isAllowed) return;
  throw new ServiceError(
    'too-many',
    'rate-limited',
    `Too many requests: come back in ${verdict.retryAfterSeconds} s.`,
    {
      retryAfter: verdict.retryAfterSeconds,
      headers: verdict.headers,
    },
  );
}

/** The address that the edge saw, or that a page's request came from: only those two reach this port. */
function clientOf(ctx: ServiceContext): string {
  const caller = ctx.state.caller;
  if (caller?.sub) return `${caller.kind}:${caller.sub}`;
  return ctx.get('x-forwarded-for').split(',')[0]?.trim() || ctx.ip;
}

async function request(ctx: ServiceContext, route: PublicRoute, caller: Caller, { sign }: ForwardDeps) {
  const sent = requestHeaders.flatMap((name) =>
    ctx.headers[name] === undefined ? [] : [[name, String(ctx.headers[name])] as const],
  );
  const hasBody = ctx.method !== 'GET' && ctx.method !== 'HEAD';
  return {
    method: ctx.method as 'GET',
    path: upstreamPath(ctx.path) + ctx.search,
    headers: Object.fromEntries(sent),
    caller: await sign(caller, route.service),
    // A service may refuse a body before it has read it, so what is small goes out in one piece.
    ...(hasBody && { body: route.isStreamed ? ctx.req : await buffer(ctx.req) }),
  };
}

async function passWhole(
  ctx: ServiceContext,
  upstream: Upstream,
  call: Awaited<ReturnType<typeof request>>,
): Promise<void> {
  const { status, headers, body } = await upstream.request(call);
  copyHeaders(ctx, headers);
  ctx.status = status;
  ctx.body = body.length > 0 ? body : null;
  ctx.status = status;
}

async function passStream(
  ctx: ServiceContext,
  upstream: Upstream,
  call: Awaited<ReturnType<typeof request>>,
): Promise<void> {
  const { status, headers, body } = await upstream.stream(call);
  copyHeaders(ctx, headers);
  ctx.status = status;
  // Koa destroys it when the answer ends early (a HEAD, a client that goes away), and undici then says so by an error.
  body.on('error', () => ctx.res.destroyed || ctx.res.writableEnded || ctx.res.destroy());
  ctx.body = body;
}

function copyHeaders(ctx: ServiceContext, headers: Readonly<Record<string, string | string[] | undefined>>): void {
  for (const name of responseHeaders) if (headers[name] !== undefined) ctx.set(name, headers[name]);
}

async function sendKept(ctx: ServiceContext, route: PublicRoute, upstream: Upstream, deps: ForwardDeps): Promise<void> {
  const policy = route.cache ?? { maxAgeMs: 0, staleMs: 0 };
  const path = upstreamPath(ctx.path);
  const answer = await deps.cache.fetch(cacheKey(path, ctx.querystring), policy, async () => {
    const { status, headers, body } = await upstream.request({
      method: 'GET',
      path: path + ctx.search,
      caller: await deps.sign(guest, route.service),
    });
    return storedResponse(status, headers, body, deps.now());
  });
  writeKept(ctx, answer, policy);
}

function writeKept(
  ctx: ServiceContext,
  { response, outcome, ageMs }: CacheAnswer,
  policy: { maxAgeMs: number; staleMs: number },
): void {
  const ageSeconds = Math.floor(ageMs / 1000);
  const maxAge = Math.round(policy.maxAgeMs / 1000);
  ctx.set('cache-status', cacheStatus(outcome, maxAge - ageSeconds));
  write(ctx, response);
  if (response.status !== 200) {
    ctx.set('cache-control', 'no-store');
    return;
  }
  ctx.set('cache-control', `public, max-age=${maxAge}, stale-while-revalidate=${Math.round(policy.staleMs / 1000)}`);
  ctx.set('etag', response.etag);
  if (outcome !== 'miss') ctx.set('age', String(ageSeconds));
  if (ctx.fresh) ctx.status = 304;
}

function write(ctx: ServiceContext, response: StoredResponse): void {
  ctx.status = response.status;
  ctx.body = response.body;
  ctx.set(response.headers);
}

/** RFC 9211. */
function cacheStatus(outcome: CacheAnswer['outcome'], ttlSeconds: number): string {
  if (outcome === 'hit') return `storefront; hit; ttl=${ttlSeconds}`;
  if (outcome === 'stale') return `storefront; hit; ttl=${ttlSeconds}; detail=refreshing`;
  if (outcome === 'rescued') return `storefront; hit; ttl=${ttlSeconds}; detail=upstream-away`;
  return `storefront; fwd=${outcome === 'miss' ? 'uri-miss; stored' : 'uri-miss'}`;
}
