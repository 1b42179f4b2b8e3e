import type { ClientRequest, ClientStream } from '@storefront/kit/client';
import { unavailable } from '@storefront/kit/errors';
import type { ServiceContext } from '@storefront/kit/http';

import type { Client } from '../limits/client.ts';
import { EventPassage } from '../streams/event-passage.ts';
import type { Listeners } from '../streams/listeners.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { copyHeaders } from './upstream-call.ts';

/** Those whom this pod sends away come back at different times. */
const retryMs = () => 500 + Math.random() * 2_000;
/** How long a reader may take for what is left, once its stream has ended here. */
const flushMs = 2_000;

export interface EventStreamDeps {
  upstream: Upstream;
  listeners: Listeners;
  client: Client;
}

/** Server-sent events: opened within the request's deadline, then for as long as the reader listens and this pod runs. */
export async function passEvents(ctx: ServiceContext, deps: EventStreamDeps, call: ClientRequest): Promise<void> {
  const ending = new AbortController();
  const place = deps.listeners.enter(deps.client.name ?? deps.client.address, () => ending.abort());
  ctx.res.once('close', () => {
    place.leave();
    ending.abort();
  });
  const answer = await open(ctx, ending.signal, () => deps.upstream.listen({ ...call, signal: ending.signal }));
  if (!answer) return;
  copyHeaders(ctx, answer.headers);
  ctx.status = answer.status;
  const isEvents = String(answer.headers['content-type']).startsWith('text/event-stream');
  if (isEvents && ctx.method !== 'HEAD') return pass(ctx, answer, ending.signal);
  answer.body.on('error', () => ctx.res.writableEnded || ctx.res.destroy());
  ctx.body = answer.body;
}

/** Undefined when the reader left before the service had answered. */
async function open(ctx: ServiceContext, ending: AbortSignal, listen: () => Promise<ClientStream>) {
  try {
    return await listen();
  } catch (error) {
    if (ctx.res.destroyed) return undefined;
    if (ending.aborted) throw unavailable('ending', 'This instance ends: ask again.', { cause: error });
    throw error;
  }
}

/** Not by Koa, to which a reader who leaves is an error. */
function pass(ctx: ServiceContext, { body }: ClientStream, ending: AbortSignal): void {
  const passage = new EventPassage(body, retryMs);
  ending.addEventListener('abort', () => {
    passage.finish();
    setTimeout(() => ctx.res.writableFinished || ctx.res.destroy(), flushMs).unref();
  });
  ctx.res.once('close', () => passage.destroy());
  // For the edge: what comes goes out at once.
  ctx.set({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  ctx.respond = false;
  ctx.flushHeaders();
  passage.pipe(ctx.res);
}
