import { ServiceError } from '@storefront/kit/errors';
import type { ServiceContext, ServiceMiddleware } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { Counter, type Metrics } from '@storefront/kit/metrics';
import { withoutRequest } from '@storefront/kit/request-context';
import { readAddress, addressOf, type Wanted } from '../domain/address.ts';
import type { Visit } from '../domain/catalogue.ts';
import { withQuery } from '../domain/links.ts';
import { createStaleCache } from '../cache/stale-cache.ts';
import type { ProblemPage } from '../pages/page.ts';
import { send, type Answer } from './answer.ts';
import type { Publisher } from './publisher.ts';

export type PageOptions = {
  publisher: Publisher;
  log: Log;
  metrics: Metrics;
  cacheBytes: number;
  now?: (() => number) | undefined;
};

const templates: Record<Wanted['kind'], string> = {
  home: '/',
  listing: '/products',
  product: '/products/:slug',
  suggestions: '/suggestions',
};

/** Answers every address that could be a page: from the cache, or rendered once for all who wait for it. */
export function pages({ publisher, log, metrics, cacheBytes, now }: PageOptions): ServiceMiddleware {
  const cache = createStaleCache<Answer>({
    maxBytes: cacheBytes,
    sizeOf: ({ body }) => body.length + 1_000,
    isKept: ({ status }) => status === 200 || status === 301,
    fresh: '30s',
    staleWhileRevalidate: '5m',
    staleIfError: '1d',
    inBackground: withoutRequest,
    ...(now && { now }),
  });
  const served = new Counter({
    name: 'web_pages_total',
    help: 'Pages by where they came from: fresh or stale from the cache, or new',
    labelNames: ['age'],
    registers: [metrics.registry],
  });

  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path.length > 1 && ctx.path.endsWith('/')) return withoutSlash(ctx);
    const wanted = readAddress(ctx.path, new URLSearchParams(ctx.querystring), publisher.currencies);
    if (wanted === null) return problem(ctx, 404);
    ctx.state.route = templates[wanted.kind];
    const visit = visitOf(ctx);
    try {
      const key = addressOf(wanted, publisher.currencies);
      const { value, age } = await cache.get(key, () => publisher.publish(wanted, visit));
      served.inc({ age });
      send(ctx, value);
    } catch (error) {
      await failed(ctx, error);
    }
    return undefined;
  };

  function failed(ctx: ServiceContext, error: unknown): Promise<void> {
    if (!(error instanceof ServiceError)) {
      log.error({ error, path: ctx.path }, 'a page could not be made');
      return problem(ctx, 500);
    }
    log.warn({ error, path: ctx.path }, error.code);
    ctx.set('retry-after', String(error.details.retryAfter ?? 5));
    return problem(ctx, error.kind === 'invalid' ? 400 : error.kind === 'too-many' ? 429 : 503);
  }

  async function problem(ctx: ServiceContext, status: ProblemPage['status']): Promise<void> {
    if (status === 400 || status === 404) ctx.remove('retry-after');
    send(
      ctx,
      await publisher.problem(status, {
        visit: visitOf(ctx),
        address: ctx.url,
        requestId: ctx.state.request.requestId,
      }),
    );
  }
}

/** The edge in front replaces this header by the address it saw. */
const visitOf = (ctx: ServiceContext): Visit => ({ address: ctx.get('x-forwarded-for') });

function withoutSlash(ctx: ServiceContext): void {
  ctx.status = 301;
  // More than one leading slash would name another host.
  const path = `/${ctx.path.replace(/^\/+|\/+$/g, '')}`;
  ctx.set('location', withQuery(path, new URLSearchParams(ctx.querystring)));
  ctx.set('cache-control', 'public, max-age=3600');
}
