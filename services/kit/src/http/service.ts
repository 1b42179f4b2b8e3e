import Koa from 'koa';
import { authenticateByToken, type Authenticate } from '../caller/index.ts';
import type { CommonConfig } from '../config.ts';
import { tuneEngine } from '../engine.ts';
import { createHealth, type Health } from '../health.ts';
import type { Log } from '../log.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { about, identify, identifyCaller, observe, problems } from './middleware.ts';
import { openapiDocument, type OpenApiDocument } from './openapi.ts';
import type { Route } from './route.ts';
import { createRouter } from './router.ts';
import { createHttpServer, drain, listen } from './server.ts';
import type { ServiceMiddleware, ServiceState } from './state.ts';

/** Something that runs beside the routes: a relay, a sweep. `stop` waits for what it has begun. */
export type Worker = { start(): Promise<void> | void; stop(): Promise<void> | void };

export type ServiceConfig = Pick<CommonConfig, 'scope' | 'release' | 'host' | 'port' | 'callerDir'>;

export type ServiceOptions = {
  name: string;
  config: ServiceConfig;
  log: Log;
  routes: readonly Route[];
  workers?: readonly Worker[];
  /** Stores and clients, closed last, when nothing uses them any more. */
  connections?: readonly { close(): Promise<unknown> | void }[];
  metrics?: Metrics;
  /** Before all that may refuse a request: what every answer carries, problems included. */
  around?: readonly ServiceMiddleware[];
  /** Pages and proxies: after the standard middleware and the routes, before the 404. */
  middleware?: readonly ServiceMiddleware[];
  /** How callers are known; by the internal token unless given (the gateway has credentials of its own). */
  authenticate?: Authenticate;
  title?: string;
  description?: string;
  /** Makes another document of the service's own one for `/openapi.json`: the gateway joins others. */
  openapi?: (own: OpenApiDocument) => object;
};

export type Service = {
  readonly app: Koa<ServiceState>;
  openapi(): OpenApiDocument;
  start(): Promise<{ url: string }>;
  /** Not ready at once; in-flight requests are answered, idle connections closed, then workers, then connections. */
  stop(): Promise<void>;
};

/** A Koa app with everything a service must have; it opens nothing until `start`. */
export function createService(options: ServiceOptions): Service {
  const { name, config, log } = options;
  const metrics = options.metrics ?? createMetrics({ service: name, scope: config.scope });
  const health = createHealth();
  const openapi = () => openapiDocument(options);
  const app = createApp(options, { health, metrics, openapi });
  const answer = app.callback();
  const server = createHttpServer((request, response) => void answer(request, response));

  async function start(): Promise<{ url: string }> {
    for (const worker of options.workers ?? []) await worker.start();
    const url = await listen(server, config);
    health.started();
    tuneEngine();
    // Since the process began: that is what a rollout waits for.
    log.info({ url, release: config.release, tookMs: Math.round(performance.now()) }, 'started');
    return { url };
  }

  async function stop(): Promise<void> {
    health.draining();
    await drain(server);
    for (const worker of options.workers ?? []) await worker.stop();
    for (const connection of options.connections ?? []) await connection.close();
  }

  return { app, openapi, start, stop };
}

function createApp(
  options: ServiceOptions,
  { health, metrics, openapi }: { health: Health; metrics: Metrics; openapi: () => OpenApiDocument },
): Koa<ServiceState> {
  const { name, config, log, routes, around = [], middleware = [] } = options;
  const authenticate = options.authenticate ?? authenticateByToken({ callerDir: config.callerDir, audience: name });
  const router = createRouter(routes, log);
  let document: string | undefined;
  const documentText = () => (document ??= JSON.stringify(options.openapi ? options.openapi(openapi()) : openapi()));

  const app = new Koa<ServiceState>();
  const standard = [
    identify,
    ...around,
    about({ health, metrics, openapi: documentText }),
    observe({ log, metrics }),
    problems({ log }),
    identifyCaller(authenticate),
    router.routes,
  ];
  for (const layer of [...standard, ...middleware, router.fallback]) app.use(layer);
  app.on('error', (error: unknown) => log.error({ error }, 'an answer could not be written'));
  return app;
}
