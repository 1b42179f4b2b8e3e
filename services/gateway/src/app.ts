import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';

import Router from '@koa/router';
import { createCallerSigner } from '@storefront/kit/caller';
import type { Client } from '@storefront/kit/client';
import { createService, type Service, type ServiceMiddleware, type ServiceState } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import { systemClock, type Clock } from '@storefront/kit/time';
import type { Redis } from 'ioredis';

import { createResponseCache } from './cache/response-cache.ts';
import type { Config } from './config.ts';
import { documents } from './documents.ts';
import { cors } from './http/cors.ts';
import { authenticatePublic } from './http/credentials.ts';
import { documentationRouter } from './http/documentation.ts';
import { forward, type ForwardDeps } from './http/forward.ts';
import { createRateLimits, type RateLimitPolicies } from './limits/rate-limits.ts';
import { securityHeaders } from './http/security-headers.ts';
import { document } from './openapi.ts';
import { publicRoutes } from './routing/route-table.ts';
import { createUpstream, type UpstreamLimits } from './upstream/upstream.ts';

export interface Deps {
  config: Config;
  log: Log;
  metrics: Metrics;
  /** May lose everything at any time. */
  cache: Redis;
  /** Keeps the counts of clients' requests. */
  state: Redis;
  product: Client;
  signingKey: KeyObject;
  clock?: Clock;
  rateLimits?: RateLimitPolicies;
  upstreamLimits?: UpstreamLimits;
}

export function createGateway(deps: Deps): Service {
  const { config, log, metrics, cache, state, product, signingKey, clock = systemClock } = deps;
  const prefix = `${config.scope}:gateway`;
  const openApi = document(config.publicUrl, config.release);
  const now = () => clock.now().getTime();

  return createService({
    name: 'gateway',
    config,
    log,
    metrics,
    routes: [],
    authenticate: authenticatePublic(readFileSync(config.merchantTokenFile, 'utf8').trim()),
    around: [securityHeaders(config.publicUrl), cors()],
    openapi: () => openApi,
    middleware: [
      documentationRouter().routes() as ServiceMiddleware,
      publicRouter({
        upstreams: { product: createUpstream('product', product, deps.upstreamLimits) },
        cache: createResponseCache({
          redis: cache,
          prefix,
          now,
          onStoreError: (error) => log.warn({ error }, 'response cache'),
        }),
        limits: createRateLimits(state, prefix, deps.rateLimits),
        sign: createCallerSigner({ key: signingKey, clock }),
        now,
      }).routes() as ServiceMiddleware,
    ],
    connections: [product, closing(cache), closing(state)],
  });
}

function publicRouter(deps: ForwardDeps): Router<ServiceState> {
  const router = new Router<ServiceState>();
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  for (const route of publicRoutes(documents)) router[route.method](route.path, forward(route, deps));
  return router;
}

function closing(redis: Redis): { close(): Promise<unknown> } {
  return { close: () => redis.quit().catch(() => redis.disconnect()) };
}
