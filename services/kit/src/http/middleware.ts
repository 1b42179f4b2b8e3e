import { randomUUID } from 'node:crypto';
import type { Authenticate } from '../caller/index.ts';
import { callerHeader } from '../caller/index.ts';
import { ServiceError } from '../errors.ts';
import { answerProbe, probePaths, type Health } from '../health.ts';
import { activeSpan, type Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { withRequest } from '../request-context.ts';
import { discardRest } from './body.ts';
import { headersOf, problemOf, serviceErrorOf } from './problem.ts';
import type { ServiceContext, ServiceMiddleware } from './state.ts';

const defaultDeadlineMs = 10_000;
const unmatched = 'unmatched';

/** Gives the request its id and its deadline, and lets code below find both. */
export const identify: ServiceMiddleware = (ctx, next) => {
  const { headers } = ctx.req;
  const given = headers['x-request-id'];
  const requestId = typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
  const startedAt = performance.now();
  const own = headers['x-request-deadline-ms'];
  const hasOwnDeadline = typeof own === 'string' && /^\d{1,9}$/.test(own);
  const { state } = ctx;
  state.route = unmatched;
  state.startedAt = startedAt;
  state.hasOwnDeadline = hasOwnDeadline;
  const token = headers[callerHeader];
  state.request = {
    requestId,
    traceId: activeSpan()?.traceId,
    deadlineAt: startedAt + (hasOwnDeadline ? Number(own) : defaultDeadlineMs),
    callerToken: typeof token === 'string' ? token : undefined,
  };
  ctx.res.setHeader('x-request-id', requestId);
  return withRequest(state.request, next);
};

/** `/livez`, `/readyz`, `/metrics` and `/openapi.json`: neither logged nor counted. */
export function about(parts: { health: Health; metrics: Metrics; openapi: () => string }): ServiceMiddleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path === '/openapi.json') {
      ctx.set('content-type', 'application/json; charset=utf-8');
      ctx.body = parts.openapi();
      return undefined;
    }
    if (!probePaths.has(ctx.path)) return next();
    const { status, contentType, text } = await answerProbe(ctx.path, parts);
    ctx.status = status;
    ctx.set('content-type', contentType);
    ctx.body = text;
    return undefined;
  };
}

/** One log line and one measurement a request, when the last byte of its answer has left or the client has. */
export function observe({ log, metrics }: { log: Log; metrics: Metrics }): ServiceMiddleware {
  return (ctx, next) => {
    metrics.requestsInFlight.inc();
    ctx.res.once('close', () => {
      metrics.requestsInFlight.dec();
      const tookMs = performance.now() - ctx.state.startedAt;
      const { method, status } = ctx;
      metrics.requestDuration.observe({ method, route: ctx.state.route, status }, tookMs / 1000);
      log.info(
        {
          requestId: ctx.state.request.requestId,
          traceId: ctx.state.request.traceId,
          method,
          path: ctx.path,
          route: ctx.state.route,
          status,
          tookMs: Math.round(tookMs * 10) / 10,
          ...(ctx.res.writableFinished ? {} : { clientLeft: true }),
        },
        'request',
      );
    });
    return next();
  };
}

/** Maps what was thrown to a problem document: an expected outcome as it is, anything else as 500 with its cause in the log only. */
export function problems({ log }: { log: Log }): ServiceMiddleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const known = serviceErrorOf(thrown);
      if (known === undefined) log.error({ error: thrown, route: ctx.state.route }, 'unexpected error');
      else if (known.status >= 500) log.warn({ error: thrown, route: ctx.state.route }, known.code);
      answerProblem(
        ctx,
        known ?? new ServiceError('unavailable', 'internal', 'Something went wrong on our side.', { status: 500 }),
      );
    }
  };
}

export function answerProblem(ctx: ServiceContext, error: ServiceError): void {
  if (ctx.headerSent) {
    ctx.res.destroy();
    return;
  }
  for (const name of ['etag', 'content-encoding', 'last-modified']) ctx.remove(name);
  ctx.status = error.status;
  ctx.set(headersOf(error));
  ctx.body = JSON.stringify(problemOf(error, ctx.state.request.requestId));
  discardRest(ctx.req);
}

/** Finds out who calls; bad credentials are refused whatever the route allows. */
export function identifyCaller(authenticate: Authenticate): ServiceMiddleware {
  return async (ctx, next) => {
    ctx.state.caller = await authenticate(ctx.req.headers);
    return next();
  };
}
