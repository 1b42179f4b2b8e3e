import { setTimeout as pause } from 'node:timers/promises';

import type { PlacedOrder } from '@storefront/order/contract';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { expectStatus, openApi, type Api } from '../../sale/api.ts';
import { cards, insistOnOrder, prepareCheckout, readOrder, type Checkout } from '../../sale/buyer.ts';
import { merchantOf } from '../../sale/merchant.ts';
import { stockShelves } from '../catalogue.ts';
import { openShop, whyNoCluster, type Shop } from '../cluster.ts';
import { badRequests, type ApiDocument, type BadRequest, type Ground } from './bad-requests.ts';
import { rawRequests } from './raw-requests.ts';

type Answer = { status: number; type: string; text: string };
type Problem = { code?: string; errors?: { field: string; message: string }[] };
type Sent = Omit<BadRequest, 'name' | 'field' | 'body'> & { body?: string | Buffer };

/** Where no part is to blame: it is not known whose bytes they are, they did not all come, or to the edge they are no HTTP. */
const withoutField = new Set(['bad-signature', 'body-cut-short', 'bad-request']);

describe.skipIf(whyNoCluster)(`bad input ${whyNoCluster || ''}`, { timeout: 360_000 }, () => {
  let shop: Shop;
  let api: Api;
  let open: Checkout;
  let placed: PlacedOrder;
  let ground: Ground;
  let requests: BadRequest[];

  beforeAll(async () => {
    shop = await openShop({ name: 'strict' });
    await stockShelves(shop);
    api = openApi(shop.url);
    const merchantToken = await shop.merchantToken();
    const sku = 'mug-1';
    await merchantOf(api, merchantToken).receive(sku, 10);
    const ordered = await prepareCheckout(api, [{ sku, units: 1 }]);
    placed = expectStatus(await insistOnOrder(api, ordered), 201);
    open = await prepareCheckout(api, [{ sku, units: 1 }]);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    ground = {
      callers: {
        guest: bearer(open.cartToken),
        buyer: bearer(placed.orderToken),
        merchant: bearer(merchantToken),
      },
      ids: { cartId: open.cart.cartId, sku, orderId: placed.orderId },
      samples: {
        ...open.order,
        paymentMethod: cards.declined,
        units: 2,
        lines: [{ line: 1, units: 1 }],
        reason: 'broken',
      },
    };
    const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as ApiDocument;
    requests = badRequests(document, ground);
  }, 240_000);
  afterAll(async () => {
    await api?.close();
    await shop?.remove();
  }, 120_000);

  /** A program that respects the budget it is told. */
  async function send({ method, path, headers, body }: Sent): Promise<Answer> {
    const response = await request(shop.url + path, { method: method as 'GET', headers, body: body ?? null });
    const text = await response.body.text();
    if (response.statusCode === 429) {
      await pause(Number(response.headers['retry-after']) * 1000);
      return send({ method, path, headers, ...(body === undefined ? {} : { body }) });
    }
    return { status: response.statusCode, type: String(response.headers['content-type']), text };
  }

  const isProblem = ({ type, text }: Answer): boolean =>
    type.startsWith('application/problem+json') && (JSON.parse(text) as Problem).code !== undefined;

  /** Each part that is wrong is named: the one that the request is known to have wrong, or any. */
  function namesField({ text }: Answer, wrong: string | undefined): boolean {
    const { code = '', errors = [] } = JSON.parse(text) as Problem;
    if (withoutField.has(code)) return wrong === undefined;
    const fields = errors.map(({ field }) => field);
    return (
      fields.length > 0 && !fields.includes('') && (wrong === undefined || fields.some((one) => one.includes(wrong)))
    );
  }

  /** Undefined where an answer is as it should be. */
  function faultOf(answer: Answer, { path, field }: Pick<BadRequest, 'path' | 'field'>): string | undefined {
    const { status, text } = answer;
    // The edge resolves `..`: what thereby leaves the API asks for a page that is not there.
    const isPage = status === 404 && path.includes('..');
    if (status >= 500 || (status >= 400 && !isPage && !isProblem(answer))) return `${status} ${text.slice(0, 200)}`;
    if (field !== undefined && status !== 400) return `${status}, not 400 for ${field}`;
    return status !== 400 || namesField(answer, field) ? undefined : `400 names no field: ${text.slice(0, 200)}`;
  }

  it('is never our fault, always answered as a problem, and a bad part of it is named', async () => {
    const wrong: string[] = [];
    for (const bad of requests) {
      const fault = faultOf(await send(bad), bad);
      if (fault !== undefined) wrong.push(`${bad.name}: ${fault}`);
    }
    expect(requests.length).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });

  it('is refused as raw bytes too, and an import refuses its line by itself', async () => {
    const wrong: string[] = [];
    for (const bad of rawRequests(ground)) {
      const answer = await send(bad);
      const { status, text } = answer;
      const isRefused =
        status !== 200 ||
        text
          .trimEnd()
          .split('\n')
          .every((line) => line.includes('"refused"'));
      const fault = faultOf(answer, bad) ?? (isRefused ? undefined : `is taken: ${text}`);
      if (fault !== undefined || status !== bad.status)
        wrong.push(`${bad.name}: ${status}, not ${bad.status}: ${fault ?? text.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
    const { statusCode, body } = await request(`${shop.url}/api/products/import`, {
      method: 'POST',
      headers: { ...ground.callers.merchant, 'content-type': 'application/x-ndjson' },
    });
    expect([statusCode, await body.text()], 'an import of nothing').toEqual([200, '']);
  });

  it('changes nothing', async () => {
    const { items } = (await (await fetch(`${shop.url}/api/products?limit=100`)).json()) as {
      items: { name: string }[];
    };
    expect(items).toHaveLength(30);
    for (const { name } of items) expect(name).toMatch(/^Mug number \d+$/);
    const order = await readOrder(api, placed);
    expect([order.state, order.cancellation, order.payment.attempts, order.refunds]).toEqual([
      'awaiting-payment',
      null,
      0,
      [],
    ]);
    const { cart, cartToken: token } = open;
    expect(expectStatus(await api.insist({ path: `/api/carts/${cart.cartId}`, token }), 200)).toMatchObject({
      version: cart.version,
      country: cart.country,
      items: [{ sku: ground.ids.sku, units: 1 }],
    });
    // What all of it was about is a good request, or the refusals would prove nothing.
    expectStatus(await insistOnOrder(api, open), 201);
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
