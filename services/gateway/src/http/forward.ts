import { guest } from '@storefront/kit/caller';
import type { ClientRequest } from '@storefront/kit/client';
import { ServiceError } from '@storefront/kit/errors';
import type { ServiceContext } from '@storefront/kit/http';
import { ms } from '@storefront/kit/time';

import type { ResponseCache } from '../cache/response-cache.ts';
import { clientOf, type Client } from '../limits/client.ts';
import type { RateLimits, RouteKind } from '../limits/rate-limits.ts';
import type { PublicRoute } from '../routing/route-table.ts';
import type { Listeners } from '../streams/listeners.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { passEvents } from './event-stream.ts';
import { sendKept } from './kept-answer.ts';
import { copyHeaders, upstreamCall, type Sign } from './upstream-call.ts';

export interface ForwardDeps {
  upstreams: Readonly<Record<string, Upstream>>;
  cache: ResponseCache;
  limits: RateLimits;
  listeners: Listeners;
  sign: Sign;
  now: () => number;
}

/** An upload takes as long as its client needs; the service bounds how long it may say nothing. */
const bulkTimeout = '1h';

/** Work of one public route: count the client's requests, answer from the cache if the route has one, else call the service. */
export function forward(route: PublicRoute, deps: ForwardDeps): (ctx: ServiceContext) => Promise<void> {
  const upstream = deps.upstreams[route.service];
  if (!upstream) throw new Error(`no upstream for ${route.service}`);
  const kind = kindOf(route);
  const { cache: policy, service } = route;

  return async (ctx) => {
    ctx.state.route = route.path;
    const client = clientOf(ctx);
    await consume(ctx, kind, { client, limits: deps.limits });
    const { kind: callerKind } = ctx.state.caller ?? guest;
    if (policy && callerKind === 'guest') return sendKept(ctx, { service, policy }, { ...deps, upstream });
    if (kind === 'bulk') ctx.state.request.deadlineAt = performance.now() + ms(bulkTimeout);
    const call = await upstreamCall(ctx, route, deps.sign);
    if (route.transport === 'events') return passEvents(ctx, { upstream, listeners: deps.listeners, client }, call);
    if (route.transport === 'bytes') await passBytes(ctx, upstream, call);
    else await passWhole(ctx, upstream, call);
    if (route.retiresCache) await retire(ctx, route, deps.cache);
  };
}

/** What guests were given before a write is not given any more; an import has written when its report ends. */
async function retire(ctx: ServiceContext, { transport }: PublicRoute, cache: ResponseCache): Promise<void> {
  // Without the cache's store nothing can be retired, and the write has happened all the same.
  const invalidate = () => cache.invalidate().catch(() => undefined);
  if (transport === 'bytes') ctx.res.once('close', () => void invalidate());
  else if (ctx.status < 400) await invalidate();
}

function kindOf({ method, transport, isCostly, isWebhook }: PublicRoute): RouteKind {
  if (isWebhook) return 'webhook';
  if (transport === 'events') return 'events';
  if (isCostly) return 'write';
  if (method === 'get') return transport === 'bytes' ? 'picture' : 'read';
  return transport === 'bytes' ? 'bulk' : 'write';
}

async function consume(
  ctx: ServiceContext,
  kind: RouteKind,
  { client, limits }: { client: Client; limits: RateLimits },
): Promise<void> {
  const { isAllowed, retryAfterSeconds: retryAfter, headers } = await limits.consume(kind, client);
  ctx.set(headers);
  if (isAllowed) return;
  const message = `Too many requests: come back in ${retryAfter} s.`;
  throw new ServiceError('too-many', 'rate-limited', message, { retryAfter, headers });
}

async function passWhole(ctx: ServiceContext, upstream: Upstream, call: ClientRequest): Promise<void> {
  const { status, headers, body } = await upstream.request(call);
  copyHeaders(ctx, headers);
  ctx.status = status;
  ctx.body = body.length > 0 ? body : null;
  ctx.status = status;
}

async function passBytes(ctx: ServiceContext, upstream: Upstream, call: ClientRequest): Promise<void> {
  const { status, headers, body } = await upstream.stream(call);
  copyHeaders(ctx, headers);
  ctx.status = status;
  // Koa destroys it when the answer ends early (a HEAD, a client that goes away), and undici then says so by an error.
  body.on('error', () => ctx.res.destroyed || ctx.res.writableEnded || ctx.res.destroy());
  ctx.body = body;
}
