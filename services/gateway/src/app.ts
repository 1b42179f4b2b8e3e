import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';

import Router from '@koa/router';
import type { Broker } from '@storefront/kit/broker';
import { createCallerSigner } from '@storefront/kit/caller';
import { readKey } from '@storefront/kit/config';
import { createService, type Service, type ServiceMiddleware, type ServiceState } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { Gauge, type Metrics } from '@storefront/kit/metrics';
import { systemClock, type Clock } from '@storefront/kit/time';
import type { Redis } from 'ioredis';

import { createResponseCache } from './cache/response-cache.ts';
import type { Config } from './config.ts';
import { documents as ownDocuments, type ServiceName } from './documents.ts';
import { followCatalogue } from './events/catalogue.ts';
import { cors } from './http/cors.ts';
import { authenticatePublic } from './http/credentials.ts';
import { documentationRouter } from './http/documentation.ts';
import { forward, type ForwardDeps } from './http/forward.ts';
import { createRateLimits, type RateLimitPolicies } from './limits/rate-limits.ts';
import { securityHeaders } from './http/security-headers.ts';
import { document } from './openapi.ts';
import type { OpenApiDocument } from './routing/open-api.ts';
import { publicRoutes, type PublicRoute } from './routing/route-table.ts';
import { createListeners, type ListenerLimits, type Listeners } from './streams/listeners.ts';
import { createUpstream, type UpstreamClients, type UpstreamLimits } from './upstream/upstream.ts';

export interface Deps {
  config: Config;
  log: Log;
  metrics: Metrics;
  /** May lose everything at any time. */
  cache: Redis;
  /** Keeps the counts of clients' requests. */
  state: Redis;
  /** Tells what changed in the catalogue. */
  broker: Broker;
  clients: Readonly<Record<ServiceName, UpstreamClients>>;
  signingKey: KeyObject;
  documents?: Readonly<Record<string, OpenApiDocument>>;
  clock?: Clock;
  rateLimits?: Partial<RateLimitPolicies>;
  listenerLimits?: ListenerLimits;
  upstreamLimits?: UpstreamLimits;
}

export function createGateway(deps: Deps): Service {
  const { config, log, metrics, cache, state, broker, signingKey, clock = systemClock } = deps;
  const prefix = `${config.scope}:gateway`;
  const documents = deps.documents ?? ownDocuments;
  const openApi = document({ documents, publicUrl: config.publicUrl, version: config.release });
  const now = () => clock.now().getTime();
  const onStoreError = (error: unknown) => log.warn({ error }, 'response cache');
  const responses = createResponseCache({ redis: cache, prefix, now, onStoreError });
  const listeners = createListeners(deps.listenerLimits);
  showListeners(listeners, metrics);

  const service = createService({
    name: 'gateway',
    config,
    log,
    metrics,
    routes: [],
    authenticate: authenticatePublic({
      merchantToken: readFileSync(config.merchantTokenFile, 'utf8').trim(),
      guestKey: readKey(config.guestKeyFile),
    }),
    around: [securityHeaders(config.publicUrl), cors()],
    openapi: () => openApi,
    middleware: [
      documentationRouter().routes() as ServiceMiddleware,
      publicRouter(publicRoutes(documents), {
        upstreams: upstreamsOf(deps),
        cache: responses,
        limits: createRateLimits(state, prefix, deps.rateLimits),
        listeners,
        sign: createCallerSigner({ key: signingKey, clock }),
        now,
      }).routes() as ServiceMiddleware,
    ],
    workers: [followCatalogue({ broker, log, invalidate: () => responses.invalidate() })],
    connections: [...connectionsOf(deps), broker, closing(cache), closing(state)],
  });
  return { ...service, stop: () => stop(service, listeners) };
}

/** Listeners never go by themselves, so they are sent away first; the service waits for all others. */
async function stop(service: Service, listeners: Listeners): Promise<void> {
  listeners.end();
  await service.stop();
}

function publicRouter(routes: readonly PublicRoute[], deps: ForwardDeps): Router<ServiceState> {
  const router = new Router<ServiceState>();
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  for (const route of routes) router[route.method](route.path, forward(route, deps));
  return router;
}

function upstreamsOf({ clients, upstreamLimits }: Deps): ForwardDeps['upstreams'] {
  const named = Object.entries(clients).map(([name, own]) => [name, createUpstream(name, own, upstreamLimits)]);
  return Object.fromEntries(named) as ForwardDeps['upstreams'];
}

function connectionsOf({ clients }: Deps) {
  return Object.values(clients).flatMap(({ calls, listeners }) => [calls, listeners]);
}

function showListeners(listeners: Listeners, { registry }: Metrics): void {
  const collect = (gauge: Gauge) => gauge.set(listeners.count());
  new Gauge({
    name: 'event_listeners',
    help: 'Clients that listen to events now',
    registers: [registry],
    collect() {
      collect(this);
    },
  });
}

function closing(redis: Redis): { close(): Promise<unknown> } {
  return { close: () => redis.quit().catch(() => redis.disconnect()) };
}
