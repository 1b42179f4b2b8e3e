import type Koa from 'koa';
import type { Authenticate } from '../caller.ts';
import type { CommonConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { OpenApiDocument } from './openapi.ts';
import type { Route } from './route.ts';
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

export function createService(options: ServiceOptions): Service {
  throw new Error(`not yet: ${options.name}`);
}
