import type { Readable } from 'node:stream';
import type { Client } from '@storefront/kit/client';
import { ServiceError } from '@storefront/kit/errors';
import type { ServiceContext, ServiceMiddleware } from '@storefront/kit/http';
import { headersFor } from '../../clients/gateway-sale.ts';
import { openPurse } from '../purse.ts';

const shape = /^\/orders\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/events$/;

export type OrderEvents = { middleware: ServiceMiddleware; close(): void };

/**
 * What happens to an order, as it happens: the API's server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 * for the token in the cookie. Each takes a connection to the gateway while it is open, so they have a pool of their own and a limit.
 */
export function orderEvents(
  gateway: Client,
  { isSecure, most = 1000 }: { isSecure: boolean; most?: number },
): OrderEvents {
  /** How to end each of them. */
  const open = new Set<() => void>();
  let isClosed = false;

  async function middleware(ctx: ServiceContext, next: () => Promise<unknown>): Promise<void> {
    const [, orderId] = ctx.method === 'GET' ? (shape.exec(ctx.path) ?? []) : [];
    if (orderId === undefined) return void (await next());
    ctx.state.route = '/orders/:orderId/events';
    ctx.set({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff', 'x-accel-buffering': 'no' });
    const token = openPurse(ctx, { isSecure }).tokenFor(orderId);
    if (token === null) return void (ctx.status = 404);
    if (isClosed || open.size >= most) return busy(ctx);
    await pass(ctx, orderId, token);
  }

  async function pass(ctx: ServiceContext, orderId: string, token: string): Promise<void> {
    const last = ctx.get('last-event-id');
    const left = new AbortController();
    ctx.res.once('close', () => left.abort());
    const answer = await gateway
      .stream({
        method: 'GET',
        path: `/api/orders/${orderId}/events`,
        headers: {
          ...headersFor({ address: ctx.get('x-forwarded-for'), token }),
          accept: 'text/event-stream',
          ...(/^\d{1,15}$/.test(last) && { 'last-event-id': last }),
        },
        signal: left.signal,
      })
      .catch((error: unknown) => {
        if (error instanceof ServiceError || left.signal.aborted) return null;
        throw error;
      });
    if (answer === null) return busy(ctx);
    const { status, body } = answer;
    if (status !== 200) {
      body.on('error', () => undefined).resume();
      return void (ctx.status = status === 429 ? 503 : 404);
    }
    send(ctx, body);
  }

  /** Whichever side ends, the other does; the browser comes back by itself, from where it was. */
  function send(ctx: ServiceContext, body: Readable): void {
    const end = () => {
      body.destroy();
      ctx.res.end();
    };
    open.add(end);
    body.once('close', () => open.delete(end));
    body.on('error', () => ctx.res.end());
    ctx.set('content-type', 'text/event-stream; charset=utf-8');
    // Koa would log every customer who leaves as an answer that failed.
    ctx.respond = false;
    ctx.res.statusCode = 200;
    ctx.res.flushHeaders();
    ctx.res.once('close', () => body.destroy());
    body.pipe(ctx.res);
  }

  return {
    middleware,
    close: () => {
      isClosed = true;
      for (const end of open) end();
    },
  };
}

/** The browser's own way of trying again ends with any other status than 200; the page's script waits and begins anew. */
function busy(ctx: ServiceContext): void {
  ctx.status = 503;
  ctx.set('retry-after', '5');
}
