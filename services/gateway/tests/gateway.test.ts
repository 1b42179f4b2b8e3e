import { gzipSync } from 'node:zlib';
import { createCallerVerifier, publicKeysIn } from '@storefront/kit/caller';
import { Problem } from '@storefront/kit/errors';
import { createLog } from '@storefront/kit/log';
import { connectRedis } from '@storefront/kit/redis';
import { eventually, testCallerDir, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { closeBroker, merchantToken, openGateway, openPeer, type Gateway, type Peer } from './open-gateway.ts';

const asMerchant = { authorization: `Bearer ${merchantToken}` };
const productId = '0d5a3c52-0b6b-4d39-9f5a-0f4f6f2a7c11';

describe.skipIf(whyNoBroker)(`the gateway ${whyNoBroker}`, () => {
  let peer: Peer;
  let gateway: Gateway;

  beforeEach(async () => {
    peer = await openPeer();
    gateway = await openGateway(peer);
  });
  afterEach(async () => {
    await gateway.close();
    await peer.close();
  });
  afterAll(closeBroker);

  describe('the cache', () => {
    const sharedIn = ({ deps }: Gateway) => deps.cache.keys(`${deps.config.scope}:gateway:response:*`);

    it('asks the service once, whatever the order of the parameters', async () => {
      const first = await gateway.get('/api/products?limit=5&category=mugs');
      const second = await gateway.get('/api/products?category=mugs&limit=5');

      expect(await second.json()).toEqual(await first.json());
      expect(first.headers.get('cache-status')).toContain('stored');
      expect(second.headers.get('cache-status')).toContain('hit');
      expect(peer.requests).toHaveLength(1);
    });

    it('asks the service once for all who ask at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.get('/api/products')));

      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(peer.requests).toHaveLength(1);
    });

    it('shares with the other pods what was asked for twice', async () => {
      const other = await openGateway(peer, { config: gateway.deps.config });
      await gateway.get('/api/products?limit=1');
      await gateway.get('/api/products?limit=2');
      await gateway.get('/api/products?limit=2');

      await eventually(async () => expect(await sharedIn(gateway)).toHaveLength(1));
      const found = await other.get('/api/products?limit=2');

      expect(found.headers.get('cache-status')).toContain('hit');
      expect(peer.requests).toHaveLength(2);
      await other.close();
    });

    it('answers 304 to who has it already', async () => {
      const etag = (await gateway.get('/api/products')).headers.get('etag') ?? '';

      const again = await gateway.get('/api/products', { 'if-none-match': etag, 'cache-control': 'max-age=0' });

      expect(etag).toMatch(/^"/);
      expect(again.status).toBe(304);
    });

    it('gives an old answer at once and fetches a new one behind it', async () => {
      await gateway.get('/api/products');
      peer.answers((_, response) => response.setHeader('content-type', 'application/json').end('{"items":["new"]}'));
      gateway.later(31_000);

      const old = await gateway.get('/api/products');

      expect(await old.json()).toEqual({ items: [], nextCursor: null });
      await eventually(async () => {
        expect(await (await gateway.get('/api/products')).json()).toEqual({ items: ['new'] });
      });
      expect(peer.requests).toHaveLength(2);
    });

    it('rescues with what it has when the service is away, and says so', async () => {
      await gateway.get('/api/products');
      peer.fails();
      gateway.later(8 * 60_000);

      const rescued = await gateway.get('/api/products');

      expect(rescued.status).toBe(200);
      expect(rescued.headers.get('cache-status')).toContain('upstream-away');
    });

    it('rescues for ten minutes, with what came from another pod too', async () => {
      const other = await openGateway(peer, { config: gateway.deps.config });
      await gateway.get('/api/products');
      await gateway.get('/api/products');
      await eventually(async () => expect(await sharedIn(gateway)).toHaveLength(1));
      expect((await other.get('/api/products')).headers.get('cache-status')).toContain('hit');
      peer.fails();

      for (const pod of [gateway, other]) {
        pod.later(15 * 60_000);
        expect((await pod.get('/api/products')).headers.get('cache-status')).toContain('upstream-away');
        pod.later(31_000);
        expect((await pod.get('/api/products')).status).toBe(503);
      }
      await other.close();
    });

    it.each([
      ['asked first', 6 * 60_000],
      ['asked behind an old answer', 60_000],
    ])('never rescues with what the service has said is gone: %s', async (_, laterMs) => {
      const other = await openGateway(peer, { config: gateway.deps.config });
      const path = `/api/products/${productId}`;
      await gateway.get(path);
      await gateway.get(path);
      await eventually(async () => expect(await sharedIn(gateway)).toHaveLength(1));
      peer.fails(404);
      gateway.later(laterMs);
      await eventually(async () => expect((await gateway.get(path)).status).toBe(404));
      await eventually(async () => expect(await sharedIn(gateway)).toEqual([]));

      peer.fails();
      for (const pod of [gateway, other]) expect((await pod.get(path)).status).toBe(503);
      await other.close();
    });

    it('never rescues with what was asked for before a change and came after it', async () => {
      const path = `/api/products/${productId}`;
      const late = Promise.withResolvers<void>();
      peer.answers((_, response) => void late.promise.then(() => response.end('{}')));
      const slow = gateway.get(path);
      await eventually(() => expect(peer.requests).toHaveLength(1));
      peer.answers((_, response) => response.end('{}'));
      await gateway.send('POST', `${path}/unpublish`, { headers: asMerchant });
      peer.fails(404);
      expect((await gateway.get(path)).status).toBe(404);
      late.resolve();
      expect((await slow).status).toBe(200);

      peer.fails();
      expect((await gateway.get(path)).status).toBe(503);
    });

    it('keeps what it has when the service says no more than to come later', async () => {
      await gateway.get('/api/products');
      peer.fails(429);
      gateway.later(8 * 60_000);
      await gateway.get('/api/products');
      peer.fails();
      expect((await gateway.get('/api/products')).headers.get('cache-status')).toContain('upstream-away');
    });

    it("shows a merchant's change at once, and rescues with what was there before", async () => {
      await gateway.get('/api/products');
      const changed = await fetch(`${gateway.url}/api/products/${productId}/publish`, {
        method: 'POST',
        headers: asMerchant,
      });
      await gateway.get('/api/products');
      expect(changed.status).toBe(200);
      expect(peer.requests).toHaveLength(3);

      await fetch(`${gateway.url}/api/products/${productId}/publish`, { method: 'POST', headers: asMerchant });
      peer.fails();
      expect((await gateway.get('/api/products')).headers.get('cache-status')).toContain('upstream-away');
    });

    it('does not keep a refusal', async () => {
      peer.fails(404);
      expect((await gateway.get('/api/products?category=nothing')).status).toBe(404);
      expect((await gateway.get('/api/products?category=nothing')).status).toBe(404);
      expect(peer.requests).toHaveLength(2);
    });

    it('works without its store', async () => {
      const nowhere = { url: 'redis://127.0.0.1:1', username: 'x', password: 'x', name: 'nowhere' };
      const lost = () => connectRedis({ ...nowhere, log: createLog({ service: 'gateway', level: 'silent' }) });
      const alone = await openGateway(peer, { cache: lost(), state: lost() });

      const answer = await alone.get('/api/products');

      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit')).toMatch(/^"read";r=\d+;t=\d+$/);
      await alone.close();
    });
  });

  describe('who is calling', () => {
    const callerSeen = async () => {
      const verify = createCallerVerifier({ keys: publicKeysIn(testCallerDir()), audience: 'product' });
      return verify(String(peer.requests.at(-1)?.headers['x-storefront-caller']));
    };

    it('is a guest without credentials, and the merchant with the token', async () => {
      await gateway.get('/api/products');
      expect(await callerSeen()).toMatchObject({ kind: 'guest', scopes: [] });
      await gateway.get('/api/products', asMerchant);
      expect(await callerSeen()).toMatchObject({ kind: 'merchant', scopes: ['merchant'] });
    });

    it('keeps the credential to itself', async () => {
      await gateway.get('/api/products', asMerchant);
      expect(peer.requests.at(-1)?.headers['authorization']).toBeUndefined();
    });

    it.each(['Bearer wrong', 'Basic abc', 'Bearer', 'Bearer a b'])('refuses %s', async (authorization) => {
      const answer = await gateway.get('/api/products', { authorization });
      expect(answer.status).toBe(401);
      expect(peer.requests).toHaveLength(0);
    });

    it('does not take the internal token from outside', async () => {
      await gateway.get('/api/products', { 'x-storefront-caller': 'eyJhbGciOiJub25lIn0.e30.' });
      expect(await callerSeen()).toMatchObject({ kind: 'guest' });
    });
  });

  describe('a service that is not well', () => {
    it('is answered as a problem that says when to come back', async () => {
      peer.fails(500);
      const answer = await gateway.get('/api/products');
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Problem.parse(await answer.json()).code).toBe('upstream-unavailable');
    });

    it('is left alone after many failures, and called again once it is well', async () => {
      const limits = { concurrent: 8, queued: 8, failureShare: 0.5, minimumRps: 0.1, halfOpenAfterMs: 200 };
      const careful = await openGateway(peer, { upstreamLimits: limits });
      peer.fails();
      await eventually(async () => {
        const problem = Problem.parse(await (await careful.get(`/api/products?q=${Math.random()}`)).json());
        expect(problem.code).toBe('circuit-open');
      });
      const asked = peer.requests.length;
      await careful.get('/api/products?q=refused');
      expect(peer.requests).toHaveLength(asked);

      peer.answers((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
      await eventually(async () => expect((await careful.get('/api/products')).status).toBe(200));
      await careful.close();
    });
  });

  it('limits each client for itself', async () => {
    const policy = { points: 3, seconds: 60 };
    const strict = await openGateway(peer, { rateLimits: { read: policy } });
    const as = (address: string) => strict.get('/api/products', { 'x-forwarded-for': address });
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await as('203.0.113.1')).status);

    const refused = await as('203.0.113.1');

    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(refused.headers.get('ratelimit-policy')).toBe('"read";q=3;w=60');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await as('203.0.113.2')).status).toBe(200);
    await strict.close();
  });

  it('streams an import to the service and its report back', async () => {
    peer.answers((request, response) => {
      response.setHeader('content-type', 'application/x-ndjson');
      request.on('data', (chunk: Buffer) => response.write(`${chunk.length}\n`)).on('end', () => response.end());
    });
    const answer = await fetch(`${gateway.url}/api/products/import`, {
      method: 'POST',
      headers: { ...asMerchant, 'content-type': 'application/x-ndjson' },
      body: '{"kind":"category"}\n',
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('20\n');
  });

  it('passes on that a body is encoded, so that a service which reads none so refuses it', async () => {
    for (const [path, type] of [
      ['/api/products/import', 'application/x-ndjson'],
      ['/api/categories', 'application/json'],
    ])
      await fetch(gateway.url + path, {
        method: 'POST',
        headers: { ...asMerchant, 'content-type': `${type}`, 'content-encoding': 'gzip' },
        body: gzipSync('{}'),
      });
    expect(peer.requests.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'gzip']);
  });

  it('lives on when a picture is asked for by HEAD, or not read to its end', async () => {
    peer.answers((_, response) => {
      response.writeHead(200, { 'content-type': 'image/webp' }).write(Buffer.alloc(2 ** 20));
      setImmediate(() => response.end(Buffer.alloc(2 ** 20)));
    });
    const picture = `${gateway.url}/media/${'a'.repeat(64)}/320`;
    expect((await fetch(picture, { method: 'HEAD' })).status).toBe(200);
    const answer = await fetch(picture);
    await answer.body?.cancel();
    expect((await gateway.get('/api/products')).status).toBeLessThan(600);
  });

  it('knows no route that no service declares', async () => {
    expect((await gateway.get('/api/nothing')).status).toBe(404);
    expect((await gateway.get('/products')).status).toBe(404);
    expect(peer.requests).toHaveLength(0);
  });

  it('sends the headers of a careful API with every answer', async () => {
    for (const path of ['/api/products', '/api/nothing', '/openapi.json']) {
      const { headers } = await gateway.get(path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
      expect(headers.get('access-control-allow-origin'), path).toBe('*');
    }
  });

  it('lets a browser ask before it calls', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'PATCH' };
    const answer = await fetch(`${gateway.url}/api/products/${productId}`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(answer.headers.get('access-control-allow-headers')).toContain('If-Match');
  });

  it('documents itself', async () => {
    const document = (await (await gateway.get('/openapi.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(document.paths)).toContain('/api/products/{productId}');
    const page = await gateway.get('/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    const sources = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) expect((await gateway.get(source)).status, source).toBe(200);
  });
});
