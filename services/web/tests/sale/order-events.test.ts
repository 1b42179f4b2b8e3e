import { eventually } from '@storefront/kit/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShop, type Shop } from '../peer/shop.ts';
import type { Visitor } from '../peer/visitor.ts';
import { withOrder } from './buying.ts';

let shop: Shop;
let leave: AbortController;
beforeEach(async () => {
  shop = await openShop();
  leave = new AbortController();
});
afterEach(async () => {
  leave.abort();
  await shop.stop();
});

const listen = (visitor: Visitor, orderId: string, headers: Record<string, string> = {}) =>
  fetch(`${shop.url}/orders/${orderId}/events`, {
    headers: { cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...headers },
    signal: leave.signal,
  });

/** What has been heard so far. */
function hear(response: Response): () => string {
  let heard = '';
  const read = async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      heard += Buffer.from(chunk).toString();
  };
  read().catch(() => undefined);
  return () => heard;
}

it('passes on what happens to an order as it happens, from where the browser was', async () => {
  const { visitor, orderId } = await withOrder(shop);
  const response = await listen(visitor, orderId, { 'last-event-id': '4' });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  const heard = hear(response);
  await eventually(() => expect(heard()).toContain(': since 4'));
  shop.peer.sale.orders.change(orderId, { state: 'confirmed', paymentStatus: 'authorized' });
  await eventually(() => expect(heard()).toContain('id: 2\ndata: {"sequence":2}\n\n'));
});

it('is nobody else’s', async () => {
  const { orderId } = await withOrder(shop);
  const stranger = await withOrder(shop);
  expect((await listen(stranger.visitor, orderId)).status).toBe(404);
  stranger.visitor.cookies.clear();
  expect((await listen(stranger.visitor, orderId)).status).toBe(404);
});

it('says to come back later while the API is away', async () => {
  const { visitor, orderId } = await withOrder(shop);
  shop.peer.failure = { status: 503 };
  const response = await listen(visitor, orderId);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
});

it('leaves the API when the customer leaves', async () => {
  const { visitor, orderId } = await withOrder(shop);
  hear(await listen(visitor, orderId));
  await eventually(() => expect(shop.peer.sale.orders.listeners(orderId)).toBe(1));
  leave.abort();
  await eventually(() => expect(shop.peer.sale.orders.listeners(orderId)).toBe(0));
  expect(shop.logged()).not.toContain('"level":"error"');
});

it('does not hold up the end of the process, however many listen', async () => {
  const { visitor, orderId } = await withOrder(shop);
  for (let listener = 0; listener < 5; listener += 1) hear(await listen(visitor, orderId));
  const begun = performance.now();
  await shop.stopWeb();
  expect(performance.now() - begun).toBeLessThan(3_000);
});
