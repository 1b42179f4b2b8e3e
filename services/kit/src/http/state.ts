import type Koa from 'koa';
import type { Caller } from '../caller/index.ts';
import type { RequestContext } from '../request-context.ts';

/** `ctx.state` of every request. */
export type ServiceState = {
  request: RequestContext;
  caller: Caller | undefined;
  /** Template of the route that answers, for metrics and logs: `/products/:productId`. */
  route: string;
  /** `performance.now()` when the request came. */
  startedAt: number;
  /** Whether the caller named a deadline (`x-request-deadline-ms`). */
  hasOwnDeadline: boolean;
};

export type ServiceContext = Koa.ParameterizedContext<ServiceState>;
export type ServiceMiddleware = Koa.Middleware<ServiceState>;
