import { randomUUID } from 'node:crypto';
import { callerFor, whyNoBroker } from '@storefront/kit/testing';
import { orderIdOf } from '@storefront/commerce/order-ids';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { address } from './an-order.ts';
import { openShop, type Ask, type Shop } from './shop.ts';

const routes: [method: string, path: (id: string) => string, given: Ask][] = [
  ['GET', (id) => `/orders/${id}`, {}],
  ['GET', (id) => `/orders/${id}?waitFor=payment`, {}],
  ['POST', (id) => `/orders/${id}/payments`, { body: { paymentMethod: 'pm_card_ok' }, key: 'k' }],
  ['POST', (id) => `/orders/${id}/cancel`, { body: {} }],
  ['GET', (id) => `/orders/${id}/events`, {}],
  ['GET', (id) => `/orders/${id}/shipments`, {}],
];

describe.skipIf(whyNoBroker)(`who may do what with an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  it.each(routes)('%s %s is not found by others, whoever they are', async (method, path, given) => {
    const { orderId } = await shop.place();
    const other = await shop.place();
    const strangers: Ask[] = [{ sub: other.buyerId }, { sub: randomUUID() }, { token: other.orderId }, { sub: '' }];
    for (const stranger of strangers) {
      const answer = await shop.ask(method, path(orderId), { ...given, ...stranger, key: randomUUID() });
      expect(answer).toMatchObject({ status: 404, body: { code: 'order-not-found' } });
      expect(answer.text).not.toContain('example.com');
    }
    expect((await shop.ask(method, path(orderId), given)).status).toBe(401);
    const service = await callerFor('service', { audience: 'order', sub: 'cart' });
    expect((await shop.ask(method, path(orderId), { ...given, headers: service })).status).toBe(403);
    const unknown = orderIdOf({ at: new Date(), bucket: 4000, random: Buffer.alloc(8) });
    expect((await shop.ask(method, path(unknown), { ...given, merchant: true })).status).toBe(404);
    expect((await shop.ask(method, path('42'), { ...given, merchant: true })).status).toBe(400);
  });

  it('repeats an answer only to whoever may see the order', async () => {
    const { orderId } = await shop.place();
    const { orderId: another } = await shop.place();
    const path = `/orders/${orderId}/payments`;
    const payment = { body: { paymentMethod: 'pm_card_ok' }, key: randomUUID() };
    const keys = async () => {
      const counts = shop.shards.shards.map(({ name }) =>
        sql<{ keys: number }>`select count(*)::int as keys from test.idempotency`.execute(shop.shards.admin(name)),
      );
      return (await Promise.all(counts)).reduce((sum, { rows }) => sum + (rows[0]?.keys ?? 0), 0);
    };
    const paid = await shop.ask('POST', path, { ...payment, token: orderId });
    expect(paid.status).toBe(200);
    const before = await keys();
    for (const nobody of [{ sub: '' }, { token: another }])
      expect(await shop.ask('POST', path, { ...payment, ...nobody })).toMatchObject({
        status: 404,
        body: { code: 'order-not-found' },
      });
    expect(await keys()).toBe(before);
    expect((await shop.ask('POST', path, { ...payment, token: orderId })).text).toBe(paid.text);
  });

  it.each(['refunds', 'hand-over'])('%s are the merchant’s affair', async (what) => {
    const { orderId, buyerId } = await shop.place();
    for (const caller of [{ sub: buyerId }, { token: orderId }])
      expect(
        await shop.ask('POST', `/orders/${orderId}/${what}`, { body: { reason: 'x' }, key: 'k', ...caller }),
      ).toMatchObject({ status: 403 });
  });

  it('shows labels to merchants only', async () => {
    const { orderId, buyerId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    type List = { items: { labelUrl: string | null; trackingCode: string }[] };
    const mine = await shop.ask<List>('GET', `/orders/${orderId}/shipments`, { sub: buyerId });
    const theirs = await shop.ask<List>('GET', `/orders/${orderId}/shipments`, { merchant: true });
    expect(mine.body.items).toMatchObject([{ labelUrl: null, trackingCode: expect.stringMatching(/^EZ/) }]);
    expect(theirs.body.items[0]?.labelUrl).toMatch(/^https/);
  });

  it.each([
    ['no body', undefined],
    ['a list', []],
    ['an unknown field', { surprise: 1 }],
    ['a wrong type', { cartId: 1, cartVersion: 'x' }],
    ['an operator', { cartId: { $gt: '' } }],
    ['a prototype', JSON.parse('{"__proto__":{"a":1}}') as object],
    [
      'an address with a line break in its name',
      { address: { ...address, name: 'a\r\nBcc: x@example.com'.repeat(20) } },
    ],
    ['a mail address that is none', { email: 'a@b\r\nBcc: c@example.com' }],
  ])('refuses %s on every route that takes a body', async (_, wrong) => {
    const { orderId, buyerId } = await shop.place();
    const paths = ['/orders', `/orders/${orderId}/payments`, `/orders/${orderId}/cancel`];
    for (const path of paths) {
      const caller = { key: randomUUID(), sub: buyerId };
      const { status } = await shop.ask('POST', path, wrong === undefined ? caller : { ...caller, body: wrong });
      expect([400, 415]).toContain(status);
    }
    const refund = await shop.ask('POST', `/orders/${orderId}/refunds`, {
      body: wrong ?? '',
      key: 'k',
      merchant: true,
    });
    expect(refund.status).toBe(400);
  });
});
