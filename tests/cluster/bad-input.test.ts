import { setTimeout as pause } from 'node:timers/promises';

import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { badRequests, type ApiDocument, type BadRequest } from './bad-requests.ts';
import { stockShelves } from './catalogue.ts';
import { openShop, whyNoCluster, type Shop } from './cluster.ts';

type Answer = { status: number; type: string; text: string };
type Problem = { code?: string; errors?: { field: string; message: string }[] };

describe.skipIf(whyNoCluster)(`bad input ${whyNoCluster || ''}`, { timeout: 240_000 }, () => {
  let shop: Shop;
  let requests: BadRequest[];

  beforeAll(async () => {
    shop = await openShop({ name: 'strict' });
    await stockShelves(shop);
    const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as ApiDocument;
    requests = badRequests(document, {
      guest: { authorization: `Bearer ${await cartToken(shop)}` },
      merchant: { authorization: `Bearer ${await shop.merchantToken()}` },
    });
  }, 240_000);
  afterAll(() => shop?.remove(), 120_000);

  async function cartToken({ url }: Shop): Promise<string> {
    const { body } = await request(`${url}/api/carts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return ((await body.json()) as { cartToken: string }).cartToken;
  }

  /** A program that respects the budget it is told. */
  async function send({ method, path, headers, body }: Omit<BadRequest, 'name'>): Promise<Answer> {
    const response = await request(shop.url + path, { method: method as 'GET', headers, body: body ?? null });
    const text = await response.body.text();
    if (response.statusCode === 429) {
      await pause(Number(response.headers['retry-after']) * 1000);
      return send({ method, path, headers, ...(body === undefined ? {} : { body }) });
    }
    return { status: response.statusCode, type: String(response.headers['content-type']), text };
  }

  it('is never our fault, and always answered as a problem', async () => {
    const wrong: string[] = [];
    for (const bad of requests) {
      const { status, type, text } = await send(bad);
      const isProblem = type.startsWith('application/problem+json') && JSON.parse(text).code !== undefined;
      // The edge resolves `..`: what thereby leaves the API asks for a page that is not there.
      const isPage = status === 404 && bad.path.includes('..');
      if (status >= 500 || (status >= 400 && !isProblem && !isPage))
        wrong.push(`${bad.name}: ${status} ${text.slice(0, 200)}`);
    }
    expect(requests.length).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });

  it('names the field', async () => {
    const silent: string[] = [];
    for (const bad of requests.filter(({ field }) => field !== undefined)) {
      const { status, text } = await send(bad);
      const { errors = [] } = JSON.parse(text) as Problem;
      if (status !== 400 || !errors.some(({ field }) => field.includes(String(bad.field))))
        silent.push(`${bad.name}: ${status} ${text.slice(0, 200)}`);
    }
    expect(silent).toEqual([]);
  });

  it('changes nothing', async () => {
    const { items } = (await (await fetch(`${shop.url}/api/products?limit=100`)).json()) as {
      items: { name: string }[];
    };
    expect(items).toHaveLength(30);
    for (const { name } of items) expect(name).toMatch(/^Mug number \d+$/);
  });

  it.each([
    ['a forged cursor', '/api/products?cursor=eyJpZCI6MX0.AAAA'],
    ['a cursor of another list', 'foreign'],
    ['a page larger than there are', '/api/products?limit=101'],
    ['a page of nothing', '/api/products?limit=0'],
  ])('refuses %s', async (_, path) => {
    const { nextCursor } = (await (await fetch(`${shop.url}/api/products?limit=5&sort=name`)).json()) as {
      nextCursor: string;
    };
    const answer = await fetch(
      shop.url + (path === 'foreign' ? `/api/products?sort=price&cursor=${encodeURIComponent(nextCursor)}` : path),
    );
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Problem).code).toMatch(/cursor|invalid/);
  });

  it('is refused before it is read when it is too large', async () => {
    const body = 'x'.repeat(3 * 1024 * 1024);
    const answer = await fetch(`${shop.url}/api/products`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});
