import { guest, type Caller } from '@storefront/kit/caller';
import type { ClientRequest } from '@storefront/kit/client';
import { readWhole, type ServiceContext } from '@storefront/kit/http';

import { publicLocation, upstreamPath, type PublicRoute } from '../routing/route-table.ts';

export type Sign = (caller: Caller, audience: string) => Promise<string>;

/** Of what a client sends, only these reach a service; of a service's answer, only those reach a client. */
const requestHeaders = [
  'accept',
  'content-type',
  'content-encoding',
  'content-length',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const;
const responseHeaders = [
  'content-type',
  'content-length',
  'etag',
  'last-modified',
  'cache-control',
  'retry-after',
  'idempotent-replayed',
  'allow',
] as const;

/** By which Stripe and the carriers sign: of the bytes, and of the time and path that EasyPost's second signature covers. */
const isSignature = (name: string): boolean =>
  name === 'stripe-signature' || name.startsWith('x-hmac-signature') || name === 'x-timestamp' || name === 'x-path';

/** The request of a client as the service gets it: a few headers, the body, and who calls. */
export async function upstreamCall(ctx: ServiceContext, route: PublicRoute, sign: Sign): Promise<ClientRequest> {
  const hasBody = ctx.method !== 'GET' && ctx.method !== 'HEAD';
  return {
    method: ctx.method as 'GET',
    path: upstreamPath(ctx.path) + ctx.search,
    headers: passedHeaders(ctx, route),
    caller: await sign(ctx.state.caller ?? guest, route.service),
    // A service may refuse a body before it has read it, so what is small goes out in one piece.
    ...(hasBody && { body: route.transport === 'bytes' ? ctx.req : await readWhole(ctx.req) }),
  };
}

function passedHeaders({ headers }: ServiceContext, { isWebhook, transport }: PublicRoute): Record<string, string> {
  const names: string[] = [...requestHeaders];
  if (transport === 'events') names.push('last-event-id');
  if (isWebhook) names.push(...Object.keys(headers).filter(isSignature));
  const sent = names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])] as const]));
  return Object.fromEntries(sent);
}

export function copyHeaders(
  ctx: ServiceContext,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): void {
  for (const name of responseHeaders) if (headers[name] !== undefined) ctx.set(name, headers[name]);
  if (typeof headers['location'] === 'string') ctx.set('location', publicLocation(headers['location']));
}
