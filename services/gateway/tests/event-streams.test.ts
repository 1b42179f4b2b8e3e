import { once } from 'node:events';
import { request as get, type IncomingMessage, type ServerResponse } from 'node:http';

import { Problem } from '@storefront/kit/errors';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { asGuest, closeBroker, openGateway, openPeer, type Gateway, type Peer } from './open-gateway.ts';

const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
const path = `/api/orders/${orderId}/events`;

describe.skipIf(whyNoBroker)(`event streams through the gateway ${whyNoBroker}`, () => {
  let peer: Peer;
  let gateway: Gateway;
  let streams: ServerResponse[];

  beforeEach(async () => {
    peer = await openPeer();
    streams = [];
    peer.answers((request, response) => {
      if (!request.url?.endsWith('/events'))
        return void response.setHeader('content-type', 'application/json').end('{}');
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
      streams.push(response);
    });
    gateway = await openGateway(peer);
  });
  afterEach(async () => {
    await gateway.close();
    await peer.close();
  });
  afterAll(closeBroker);

  /** Opens the stream and collects what comes. */
  async function listen(at: Gateway = gateway, headers: Record<string, string> = {}) {
    const request = get(at.url + path, { headers: { ...asGuest('order', orderId), ...headers }, agent: false });
    request.on('error', () => undefined).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    let isEnded = false;
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => (isEnded = true)).on('error', () => undefined);
    return { response, text: () => text, isEnded: () => isEnded, leave: () => request.destroy() };
  }

  it('are open before anything has happened, and nothing between keeps back what does', async () => {
    const listener = await listen();
    expect(listener.response.statusCode).toBe(200);
    expect(listener.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });

    streams[0]?.write('id: 1\ndata: {"what":"placed"}\n\n');
    await eventually(() => expect(listener.text()).toBe('id: 1\ndata: {"what":"placed"}\n\n'));
    streams[0]?.write(': heartbeat\n\n');
    await eventually(() => expect(listener.text()).toMatch(/: heartbeat\n\n$/));
    listener.leave();
  });

  it('outlive the deadline that a request has', async () => {
    const listener = await listen(gateway, { 'x-request-deadline-ms': '300' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    streams[0]?.write('data: late\n\n');
    await eventually(() => expect(listener.text()).toBe('data: late\n\n'));
    listener.leave();
  });

  it('go on where they were: the service is told of the last event', async () => {
    const listener = await listen(gateway, { 'last-event-id': '41' });
    expect(peer.requests.at(-1)?.headers['last-event-id']).toBe('41');
    listener.leave();
  });

  it('end at the service when the reader leaves', async () => {
    const listener = await listen();
    const closed = once(streams[0] as ServerResponse, 'close');
    listener.leave();
    await closed;
    await eventually(async () => expect(await listening(gateway)).toBe(0));
  });

  it('end at the service when the reader leaves before it has answered', async () => {
    let left: Promise<unknown> | undefined;
    peer.answers((_, response) => {
      left = once(response, 'close');
    });
    const request = get(gateway.url + path, { headers: asGuest('order', orderId), agent: false });
    request.on('error', () => undefined).end();
    await eventually(() => expect(left).toBeDefined());
    request.destroy();
    await left;
  });

  it('take nothing from other requests, however many listen', async () => {
    const many = await openGateway(peer, {
      listenerLimits: { ofOne: 500, ofAll: 500 },
      rateLimits: { events: { points: 500, seconds: 60 } },
    });
    const listeners = await Promise.all(Array.from({ length: 300 }, () => listen(many)));
    expect(await listening(many)).toBe(300);

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => many.get(`/api/products?limit=${index + 1}`)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    for (const { leave } of listeners) leave();
    await many.close();
  });

  it('are refused to who has too many, and to all when there is no more room', async () => {
    const small = await openGateway(peer, { listenerLimits: { ofOne: 2, ofAll: 3 } });
    const first = await listen(small);
    await listen(small);
    const third = await listen(small);
    expect(third.response.statusCode).toBe(429);
    expect(third.response.headers['retry-after']).toBe('5');

    const other = asGuest('cart', '7b0f7f0e-3b43-4a54-9a57-0f2f3d1c5e11');
    await listen(small, other);
    const refused = await small.get(path, asGuest('cart', '00000000-3b43-4a54-9a57-0f2f3d1c5e11'));
    expect(refused.status).toBe(503);
    expect(Problem.parse(await refused.json()).code).toBe('too-many-listeners');

    first.leave();
    await eventually(async () => expect((await listen(small)).response.statusCode).toBe(200));
    await small.close();
  });

  it('pass on a refusal as it is', async () => {
    peer.answers((_, response) =>
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"code":"order-not-found"}'),
    );
    const answer = await gateway.get(path, asGuest('order', orderId));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ code: 'order-not-found' });
    expect(await listening(gateway)).toBe(0);
  });

  it('end as the service ends them', async () => {
    const listener = await listen();
    streams[0]?.end('id: 1\ndata: a\n\nretry: 250\n\n');
    await eventually(() => expect(listener.isEnded()).toBe(true));
    expect(listener.text()).toBe('id: 1\ndata: a\n\nretry: 250\n\n');
  });

  it('tell the reader to come back when the service is lost', async () => {
    const listener = await listen();
    streams[0]?.write('id: 1\ndata: a\n\n');
    await eventually(() => expect(listener.text()).toContain('data: a'));
    streams[0]?.destroy();
    await eventually(() => expect(listener.isEnded()).toBe(true));
    expect(listener.text()).toMatch(/data: a\n\nretry: \d+\n\n$/);
  });

  it('end when the gateway does, with a word when to come back, and do not hold it up', async () => {
    const ending = await openGateway(peer);
    const listener = await listen(ending);
    streams[0]?.write('id: 1\ndata: a\n\n');
    await eventually(() => expect(listener.text()).toContain('data: a'));
    const closed = once(streams[0] as ServerResponse, 'close');

    await ending.close();

    expect(listener.text()).toMatch(/^id: 1\ndata: a\n\nretry: \d+\n\n$/);
    expect(listener.isEnded()).toBe(true);
    await closed;
  });

  it('never make a whole event of a half one', async () => {
    const ending = await openGateway(peer);
    const listener = await listen(ending);
    streams[0]?.write('id: 1\ndata: a\n\nid: 2\ndata: {"half":');
    await eventually(() => expect(listener.text()).toContain('half'));

    await ending.close();

    expect(listener.text()).toBe('id: 1\ndata: a\n\nid: 2\ndata: {"half":');
  });

  async function listening({ deps }: Gateway): Promise<number> {
    const text = await deps.metrics.registry.getSingleMetricAsString('event_listeners');
    return Number(text.trim().split(' ').at(-1));
  }
});
