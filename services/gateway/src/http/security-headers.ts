import type { Middleware } from 'koa';

const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Answers of the API are never documents: nothing in them may load or run. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** The same for every answer, errors included (OWASP REST Security Cheat Sheet). HSTS only where TLS ends before us. */
export function securityHeaders(publicUrl: string): Middleware {
  const hsts = publicUrl.startsWith('https:')
    ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : {};
  const headers = { ...always, ...hsts, 'content-security-policy': apiPolicy };
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
}
