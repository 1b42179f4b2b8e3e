import { createClient, type ClientRequest } from '@storefront/kit/client';
import { callerHeader } from '@storefront/kit/caller';
import { empty, reply, route } from '@storefront/kit/http';
import { currentRequest, withoutRequest } from '@storefront/kit/request-context';
import { callerFor, eventually } from '@storefront/kit/testing';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { serve } from './serve.ts';

const anyone = { allow: ['anyone'], summary: 'A route of a test' } as const;
const never = () => new Promise<never>(() => {});

/** Answers with what it was sent. */
const echo = route({
  ...anyone,
  method: 'GET',
  path: '/echo',
  query: z.looseObject({}),
  response: z.looseObject({}),
  async handle({ headers, query }) {
    return reply({ headers, query });
  },
});
const echoBody = route({
  ...anyone,
  method: 'POST',
  path: '/echo',
  body: z.looseObject({}),
  response: z.looseObject({}),
  handle: async ({ body }) => reply(body),
});
const slow = route({ ...anyone, method: 'GET', path: '/slow', handle: never });

/** Two services: `ask` reaches the first, whose routes may call `client`, which reaches the second. */
async function chain(handle: (client: ReturnType<typeof createClient>) => Promise<object>) {
  const { url } = await serve([echo, slow]);
  const client = createClient({ name: 'second', baseUrl: url });
  onTestFinished(() => client.close());
  const relay = route({
    ...anyone,
    method: 'GET',
    path: '/relay',
    response: z.looseObject({}),
    handle: async () => reply({ ...(await handle(client)) }),
  });
  return serve([relay]);
}

describe('a deadline', () => {
  it('of the route answers 503 with Retry-After, and tells the work to stop', async () => {
    let reason: unknown;
    const patient = route({
      ...anyone,
      method: 'GET',
      path: '/patient',
      timeout: '50ms',
      async handle({ signal }) {
        signal.addEventListener('abort', () => (reason = signal.reason));
        return never();
      },
    });
    const { ask } = await serve([patient]);
    const answer = await ask('GET', '/patient');
    expect(answer).toMatchObject({ status: 503, json: { code: 'deadline-exceeded' }, headers: { 'retry-after': '1' } });
    expect(reason).toMatchObject({ code: 'deadline-exceeded' });
  });

  it('that the caller sends is kept when it is shorter', async () => {
    const { ask } = await serve([slow]);
    const from = performance.now();
    const answer = await ask('GET', '/slow', { headers: { 'x-request-deadline-ms': '60' } });
    expect(answer.status).toBe(503);
    expect(performance.now() - from).toBeLessThan(5_000);
  });

  it('that has passed already answers 503 without beginning', async () => {
    let hasBegun = false;
    const begun = route({
      ...anyone,
      method: 'POST',
      path: '/begun',
      async handle() {
        hasBegun = true;
        return empty();
      },
    });
    const { ask } = await serve([begun]);
    expect((await ask('POST', '/begun', { headers: { 'x-request-deadline-ms': '0' } })).status).toBe(503);
    expect(hasBegun).toBe(false);
  });

  it.each(['soon', '-5', 'NaN', ''])('of %j does not count', async (header) => {
    const { ask } = await serve([echo]);
    expect((await ask('GET', '/echo', { headers: { 'x-request-deadline-ms': header } })).status).toBe(200);
  });

  it('travels on: the second service gets what is left of it, and the id and the caller of the request', async () => {
    const { ask } = await chain(async (client) => {
      const answer = await client.request({ method: 'GET', path: '/echo', caller: null });
      return (answer.json() as { headers: object }).headers;
    });
    const headers = { 'x-request-deadline-ms': '900', 'x-request-id': 'r-1' };
    const { json } = await ask('GET', '/relay', { headers });
    expect(Number(json['x-request-deadline-ms'])).toBeGreaterThan(100);
    expect(Number(json['x-request-deadline-ms'])).toBeLessThanOrEqual(900);
    expect(json['x-request-id']).toBe('r-1');
    expect(json[callerHeader]).toBeUndefined();
  });

  it('ends a call to a service that does not answer', async () => {
    const { ask } = await chain(async (client) => client.request({ method: 'GET', path: '/slow', deadline: '50ms' }));
    expect(await ask('GET', '/relay')).toMatchObject({ status: 503, json: { code: 'deadline-exceeded' } });
  });

  it('is not inherited by work that must outlive the request', async () => {
    const seen: unknown[] = [];
    const { ask } = await chain(async () => {
      seen.push(
        currentRequest()?.requestId,
        withoutRequest(() => currentRequest()),
      );
      return {};
    });
    await ask('GET', '/relay', { headers: { 'x-request-id': 'r-2' } });
    expect(seen).toEqual(['r-2', undefined]);
  });
});

describe('a client that leaves', () => {
  it('stops the work done for it', async () => {
    let state = 'waiting';
    const watched = route({
      ...anyone,
      method: 'GET',
      path: '/watched',
      async handle({ signal }) {
        state = 'begun';
        signal.addEventListener('abort', () => (state = 'stopped'));
        return never();
      },
    });
    const { url, lines } = await serve([watched]);
    const impatient = new AbortController();
    const answer = fetch(`${url}/watched`, { signal: impatient.signal }).catch(String);
    await eventually(() => expect(state).toBe('begun'));
    impatient.abort();
    expect(await answer).toContain('AbortError');
    await eventually(() => expect(state).toBe('stopped'));
    await eventually(() =>
      expect(lines).toContainEqual(expect.objectContaining({ route: '/watched', clientLeft: true })),
    );
  });
});

describe('the client of another service', () => {
  async function clientOf(baseUrl: string) {
    const client = createClient({ name: 'other', baseUrl, timeout: '2s' });
    onTestFinished(() => client.close());
    return client;
  }

  it('sends query, JSON and the caller token it is given', async () => {
    const { url } = await serve([echo, echoBody]);
    const client = await clientOf(url);
    const caller = (await callerFor('service', { audience: 'notes' }))[callerHeader] ?? '';
    const query = { a: 'x y', many: ['1', '2'], none: undefined, on: true };
    const answer = await client.request({ method: 'GET', path: '/echo', query, caller });
    expect(answer.json()).toMatchObject({
      query: { a: 'x y', many: ['1', '2'], on: 'true' },
      headers: { [callerHeader]: caller },
    });
    expect((await client.request({ method: 'POST', path: '/echo', body: { a: [1] } })).json()).toEqual({ a: [1] });
  });

  it('returns what the other refuses', async () => {
    const { url } = await serve([echo]);
    const client = await clientOf(url);
    const answer = await client.request({ method: 'GET', path: '/nothing' });
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
  });

  it('says unavailable of a 5xx, of a lost connection and of nobody at home', async () => {
    const broken = createServer((request, response) => {
      if (request.url === '/500') response.writeHead(502, { 'retry-after': '9' }).end('nginx');
      else if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('1234');
      else request.socket.destroy();
      if (request.url === '/half') setImmediate(() => request.socket.destroy());
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const client = await clientOf(`http://127.0.0.1:${(broken.address() as AddressInfo).port}`);
    const get = (path: string) => client.request({ method: 'GET', path });
    await expect(get('/500')).rejects.toMatchObject({ kind: 'unavailable', details: { retryAfter: 9 } });
    await expect(get('/half')).rejects.toMatchObject({ kind: 'unavailable', code: 'upstream-unavailable' });
    await expect(get('/gone')).rejects.toMatchObject({ kind: 'unavailable', code: 'upstream-unavailable' });
    broken.closeAllConnections();
    await new Promise((resolve) => broken.close(resolve));
    await expect(get('/home')).rejects.toMatchObject({ kind: 'unavailable', code: 'upstream-unavailable' });
  });

  it('passes a body on without holding it', async () => {
    const { url } = await serve([echo]);
    const client = await clientOf(url);
    const { status, body } = await client.stream({ method: 'GET', path: '/echo' });
    expect(status).toBe(200);
    const chunks: unknown[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(0);
  });

  describe('whose peer takes its time', () => {
    async function slowPeer(answer: (response: ServerResponse) => void) {
      const asked: string[] = [];
      const peer = createServer((request, response) => {
        asked.push(String(request.url));
        answer(response);
      });
      await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => peer.closeAllConnections() ?? void peer.close());
      const baseUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
      const client = createClient({ name: 'other', baseUrl, connections: 1 });
      onTestFinished(() => client.close());
      return { client, asked };
    }

    it('is late when half of an answer is all that came', async () => {
      const { client } = await slowPeer((response) =>
        response.writeHead(200, { 'content-length': '10' }).write('1234'),
      );
      const answer = client.request({ method: 'GET', path: '/half', deadline: '50ms' });
      await expect(answer).rejects.toMatchObject({ kind: 'unavailable', code: 'deadline-exceeded' });
    });

    it('never sends what was late, or not wanted any more, before a connection was free', async () => {
      let release = () => {};
      const { client, asked } = await slowPeer((response) => (release = () => response.end('{}')));
      const get = (path: string, given: Pick<ClientRequest, 'deadline' | 'signal'> = {}) =>
        client.request({ method: 'GET', path, ...given });
      const first = get('/first');
      await eventually(() => expect(asked).toEqual(['/first']));
      const abort = new AbortController();
      const unwanted = get('/unwanted', { signal: abort.signal });
      await expect(get('/late', { deadline: '30ms' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
      abort.abort(new Error('not wanted'));
      await expect(unwanted).rejects.toThrow('not wanted');
      await expect(get('/never', { signal: abort.signal })).rejects.toThrow('not wanted');
      const last = get('/last');
      release();
      expect((await first).json()).toEqual({});
      await eventually(() => expect(asked).toEqual(['/first', '/last']));
      release();
      expect((await last).status).toBe(200);
    });

    it('waits for the answer behind its announcements', async () => {
      const { client } = await slowPeer((response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => response.writeHead(201).end('[1]'));
      });
      const answer = await client.request({ method: 'POST', path: '/', body: {} });
      expect([answer.status, answer.json()]).toEqual([201, [1]]);
    });

    it('leaves no body unfinished that was to be sent', async () => {
      const { client } = await slowPeer((response) => response.destroy());
      const body = new PassThrough();
      body.write('{');
      const headers = { 'content-type': 'application/json' };
      const answer = client.request({ method: 'POST', path: '/', body, headers });
      await expect(answer).rejects.toMatchObject({ code: 'upstream-unavailable' });
      await eventually(() => expect(body.destroyed).toBe(true));
    });
  });

  it('lets go when its caller aborts', async () => {
    const { url } = await serve([slow]);
    const client = await clientOf(url);
    const reason = new Error('no longer wanted');
    const abort = new AbortController();
    const answer = client.request({ method: 'GET', path: '/slow', signal: abort.signal });
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });
});

describe('a route without an answer of its own', () => {
  it('may be empty', async () => {
    const { ask } = await serve([route({ ...anyone, method: 'POST', path: '/done', handle: async () => empty(202) })]);
    expect(await ask('POST', '/done')).toMatchObject({ status: 202, text: '' });
  });
});
