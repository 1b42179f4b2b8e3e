import type { Middleware } from 'koa';

const exposed = [
  'ETag',
  'Link',
  'Location',
  'Idempotent-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
  'Age',
  'Cache-Status',
].join(', ');
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Traceparent',
].join(', ');
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** Any origin may call: the API knows no cookies, so a browser lends a foreign page nothing it does not have. */
export function cors(): Middleware {
  return async (ctx, next) => {
    ctx.set('access-control-allow-origin', '*');
    if (ctx.method !== 'OPTIONS' || !ctx.get('access-control-request-method')) {
      ctx.set('access-control-expose-headers', exposed);
      return next();
    }
    ctx.status = 204;
    ctx.set({
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': '86400',
    });
  };
}
