import { finished } from 'node:stream';
import { trace } from '@opentelemetry/api';
import { compiled } from '../compiled.ts';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { ms, seconds } from '../time.ts';
import type { Answer } from './answer.ts';
import { discardRest } from './body.ts';
import { isUnchanged } from './conditional.ts';
import { ValidatedRequest } from './request.ts';
import type { Route } from './route.ts';
import type { ServiceContext } from './state.ts';

/** One route as Koa middleware: validate, handle within the deadline, answer. */
export function dispatch(
  route: Route,
  log: Log,
): (ctx: ServiceContext & { params: Record<string, string> }) => Promise<void> {
  const timeoutMs = ms(route.timeout ?? '10s');
  const cacheControl = cacheControlOf(route);
  const spanName = `${route.method} ${route.path}`;

  return async (ctx) => {
    const { state } = ctx;
    state.route = route.path;
    trace.getActiveSpan()?.updateName(spanName).setAttribute('http.route', route.path);
    const limit = state.startedAt + timeoutMs;
    if (state.request.deadlineAt > limit || !state.hasOwnDeadline) state.request.deadlineAt = limit;
    const request = new ValidatedRequest(ctx, route, ctx.params, log);
    if (route.raw) ctx.res.once('finish', () => discardRest(ctx.req));
    if (route.body) await request.readBody(route.body);
    const answer = await withinDeadline(route, request, state.request.deadlineAt);
    if (answer.headers) ctx.set(answer.headers);
    if (!ctx.res.hasHeader('cache-control'))
      ctx.res.setHeader('cache-control', cacheControl(request.caller.kind === 'guest'));
    write(ctx, route, answer, log);
  };
}

async function withinDeadline(route: Route, request: ValidatedRequest, deadlineAt: number): Promise<Answer> {
  const leftMs = deadlineAt - performance.now();
  if (leftMs <= 0) throw late();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const reason = late();
      request.expire(reason);
      reject(reason);
    }, leftMs);
    const settle = (answer: Answer) => {
      // Nobody will read what comes after the deadline.
      if (answer.kind === 'stream' && performance.now() > deadlineAt) answer.body.destroy();
      resolve(answer);
    };
    route
      .handle(request)
      .then(settle, reject)
      .finally(() => clearTimeout(timer));
  });
}

function late() {
  return unavailable('deadline-exceeded', 'The answer would come too late.');
}

function write(ctx: ServiceContext, route: Route, answer: Answer, log: Log): void {
  ctx.status = answer.status;
  switch (answer.kind) {
    case 'empty':
      ctx.body = null;
      ctx.status = answer.status;
      return;
    case 'reply':
      return writeReply(ctx, route, answer);
    case 'json':
      return writeJson(ctx, answer.text);
    case 'frozen':
      // Its headers are set already, the content type among them; an empty text is no body.
      ctx.body = answer.text === '' ? null : answer.text;
      ctx.status = answer.status;
      return;
    case 'stream':
      ctx.set('content-type', answer.contentType);
      ctx.body = answer.body;
      finished(answer.body, (error) => {
        if (!error || ctx.res.writableFinished) return;
        // The status is sent: a cut connection is the only way left to say that this is not the whole.
        log.error({ error, route: route.path }, 'stream failed');
        ctx.res.destroy();
      });
  }
}

function writeReply(ctx: ServiceContext, route: Route, answer: Extract<Answer, { kind: 'reply' }>): void {
  if (answer.etag !== undefined) {
    ctx.res.setHeader('etag', answer.etag);
    const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (isRead && isUnchanged(ctx.req.headers['if-none-match'], answer.etag)) {
      ctx.status = 304;
      return;
    }
  }
  // A reply that does not fit its schema is our bug: 500, and no inner field leaves.
  const body = route.response ? compiled(route.response).parse(answer.body) : answer.body;
  writeJson(ctx, JSON.stringify(body));
}

function writeJson(ctx: ServiceContext, text: string): void {
  ctx.res.setHeader('content-type', 'application/json; charset=utf-8');
  ctx.body = text;
}

/** Only what a guest sees may be kept by shared caches; without `cache` a copy must be asked about again. */
function cacheControlOf({ method, cache }: Route): (isGuest: boolean) => string {
  if (method !== 'GET') return () => 'no-store';
  if (!cache) return () => 'private, no-cache';
  const stale = cache.stale ? `, stale-while-revalidate=${seconds(cache.stale)}` : '';
  const shared = `public, max-age=${seconds(cache.maxAge)}${stale}`;
  return (isGuest) => (isGuest ? shared : 'private, no-cache');
}
