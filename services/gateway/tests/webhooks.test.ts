import { buffer } from 'node:stream/consumers';

import { Problem } from '@storefront/kit/errors';
import { whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { closeBroker, openGateway, openPeer, type Gateway, type Peer } from './open-gateway.ts';

describe.skipIf(whyNoBroker)(`webhooks at the gateway ${whyNoBroker}`, () => {
  let peer: Peer;
  let gateway: Gateway;
  let received: Buffer[];

  beforeEach(async () => {
    peer = await openPeer();
    received = [];
    peer.answers((request, response) => {
      void buffer(request).then((body) => {
        received.push(body);
        response.writeHead(200).end();
      });
    });
    gateway = await openGateway(peer);
  });
  afterEach(async () => {
    await gateway.close();
    await peer.close();
  });
  afterAll(closeBroker);

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });

  it('reach the service byte for byte, with what signs them', async () => {
    const odd = '{ "weight":12.0,\n"name":"M\\u00fcller  "}';
    const signed = { 'stripe-signature': 't=1,v1=ab' };
    expect((await post('/webhooks/stripe', odd, signed)).status).toBe(200);

    expect(received[0]?.toString()).toBe(odd);
    expect(peer.requests[0]?.url).toBe('/webhooks/stripe');
    expect(peer.requests[0]?.headers).toMatchObject(signed);
  });

  it('may be signed by a carrier in either way', async () => {
    const signed = {
      'x-hmac-signature': 'hmac-sha256-hex=ab',
      'x-hmac-signature-v2': 'hmac-sha256-hex=cd',
      'x-timestamp': 'Sat, 28 Nov 2026 18:00:00 GMT',
      'x-path': '/webhooks/carriers/easypost',
    };
    expect((await post('/webhooks/carriers/easypost', '{}', { ...signed, cookie: 'a=b' })).status).toBe(200);

    expect(peer.requests[0]?.headers).toMatchObject(signed);
    expect(peer.requests[0]?.headers['cookie']).toBeUndefined();
  });

  it('keep their signatures to themselves: no other route gets such headers', async () => {
    await gateway.get('/api/products?q=x', { 'stripe-signature': 't=1,v1=ab' });
    expect(peer.requests.at(-1)?.headers['stripe-signature']).toBeUndefined();
  });

  it('are refused when they are larger than anybody sends, unread', async () => {
    const answer = await post('/webhooks/stripe', Buffer.alloc(256 * 1024 + 1, 0x20));
    expect(answer.status).toBe(413);
    expect(Problem.parse(await answer.json()).code).toBe('body-too-large');
    expect(peer.requests).toHaveLength(0);
    expect((await post('/webhooks/stripe', Buffer.alloc(256 * 1024, 0x20))).status).toBe(200);
  });

  it('have a budget of their own, which no guest uses up', async () => {
    const policy = { points: 2, seconds: 60 };
    const strict = await openGateway(peer, { rateLimits: { newcomer: policy, write: policy, webhook: policy } });
    const create = () => strict.send('POST', '/api/carts', { body: {} });
    const call = () => strict.send('POST', '/webhooks/stripe', { body: {} });
    for (let i = 0; i < 2; i += 1) expect((await create()).status).toBe(200);
    expect((await create()).status).toBe(429);

    for (let i = 0; i < 2; i += 1) expect((await call()).status).toBe(200);
    const refused = await call();

    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit-policy')).toBe('"webhook";q=2;w=60');
    await strict.close();
  });

  it('have no second address below the API', async () => {
    expect((await post('/api/webhooks/stripe', '{}')).status).toBe(404);
  });
});
