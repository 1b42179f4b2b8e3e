import { randomUUID } from 'node:crypto';
import {
  answerOf,
  callerFor,
  failuresOf,
  hostileBodies,
  routesWithBodies,
  sampleOf,
  strangeSegments,
  whyNoBroker,
  type ApiDocument,
  type HostileBody,
} from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openapi from '../openapi.json' with { type: 'json' };
import type { PlacedOrder } from '../src/contract.ts';
import { requestFor } from './an-order.ts';
import { openShop, type Shop } from './shop.ts';

const document = openapi as unknown as ApiDocument;
const routes = routesWithBodies(document);
const schemaOf = (path: string) => routes.find((route) => route.path === path)!.schema;
const units = 20;

describe.skipIf(whyNoBroker)(`hostile requests for orders ${whyNoBroker}`, { timeout: 120_000 }, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  type Sent = { body?: string; contentType?: string; key?: string; buyerId?: string };
  /** As the merchant, unless it is a buyer's. */
  async function send(method: string, path: string, { key = randomUUID(), buyerId, ...content }: Sent = {}) {
    const buyer = { sub: buyerId ?? '', scopes: ['cart', 'orders:read', 'orders:write'] };
    const caller = await (buyerId === undefined
      ? callerFor('merchant', { audience: 'order' })
      : callerFor('guest', { audience: 'order', ...buyer }));
    return answerOf(shop.url + path, { method, caller: { ...caller, 'idempotency-key': key }, ...content });
  }
  const fill = () => shop.fill([{ sku: `hostile-${randomUUID().slice(0, 8)}`, units }]);

  /** An order of which the route has something to change. */
  async function orderFor(path: string): Promise<PlacedOrder> {
    const isPaid = path.endsWith('/refunds');
    const order = await shop.place(isPaid ? 'pm_card_ok' : undefined, fill());
    if (isPaid) await shop.reached(order.orderId, 'captured');
    return order;
  }

  it('are all of those that take a body', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'POST /orders',
      'POST /orders/{orderId}/cancel',
      'POST /orders/{orderId}/payments',
      'POST /orders/{orderId}/refunds',
    ]);
  });

  it('break nothing where an order is placed, and each that is taken is an order of its own', async () => {
    const schema = schemaOf('/orders');
    const model = fill();
    const samples = requestFor(model, { paymentMethod: 'pm_card_ok' });
    const bodies = hostileBodies(schema, document, { samples });
    let taken = 0;
    /** A cart of its own, so that what is refused is refused for what is wrong with it. */
    const place = async ({ body, contentType }: Pick<HostileBody, 'body' | 'contentType'>) => {
      const cart = fill();
      const { quote } = requestFor(cart);
      const own = { body: body.replaceAll(model.cartId, cart.cartId).replaceAll(samples.quote, quote), contentType };
      const answer = await send('POST', '/orders', { ...own, buyerId: cart.buyerId });
      if (answer.status === 201) taken += 1;
      return answer;
    };
    expect(await failuresOf(bodies, place)).toEqual([]);
    // Some strangers are texts that a name or a street may be; a wrong type never is.
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(bodies.length / 4);
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect(await place({ body, contentType: 'application/json' })).toEqual({ status: 201, fields: [] });
  });

  it.each([
    ['/orders/{orderId}/payments', { paymentMethod: 'pm_card_ok' }, 200],
    ['/orders/{orderId}/cancel', { reason: 'too late' }, 200],
    ['/orders/{orderId}/refunds', { lines: [{ line: 1, units: 1 }], reason: 'broken', restock: false }, 201],
  ] as const)('break nothing at POST %s of an order that is there', async (path, samples, success) => {
    const schema = schemaOf(path);
    const bodies = hostileBodies(schema, document, { samples });
    let order = await orderFor(path);
    const fillPath = () => path.replace('{orderId}', order.orderId);
    const failures = await failuresOf(bodies, async (hostile) => {
      const answer = await send('POST', fillPath(), hostile);
      // What was taken has changed the order: the next one gets another.
      if (answer.status < 300) order = await orderFor(path);
      return answer;
    });
    expect(failures).toEqual([]);
    const before = await shop.read(order.orderId);
    expect(before).toMatchObject({ refunds: [], cancellation: null, payment: { decline: null } });
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect((await send('POST', fillPath(), { body })).status).toBe(success);
  });

  it('hand nothing over but what is ready, whatever they carry', async () => {
    const ready = await orderFor('/refunds');
    const early = await orderFor('/payments');
    for (const body of ['{"parcel":', '[]', '{"$gt":""}', 'x'.repeat(600_000)]) {
      const { status } = await send('POST', `/orders/${early.orderId}/hand-over`, { body });
      expect([400, 409, 413]).toContain(status);
    }
    expect((await send('POST', `/orders/${ready.orderId}/hand-over`, { body: '{"parcel":' })).status).toBeLessThan(500);
    expect((await shop.read(early.orderId)).fulfilmentStatus).toBe('none');
  });

  it('find no order by a strange name', async () => {
    const { orderId } = await shop.place();
    const card = { body: '{"paymentMethod":"pm_card_ok"}' };
    for (const segment of strangeSegments) {
      const answers = [
        await send('GET', `/orders/${segment}`),
        await send('GET', `/orders/${segment}/shipments`),
        await send('POST', `/orders/${segment}/payments`, card),
        await send('POST', `/orders/${segment}/hand-over`),
        await send('GET', `/orders/${orderId}?waitFor=${segment}`),
        await send('GET', `/orders/${orderId}?${segment}=1`),
        await send('GET', `/orders?cursor=${segment}`, { buyerId: randomUUID() }),
        await send('GET', `/orders?limit=${segment}`, { buyerId: randomUUID() }),
      ];
      for (const { status, fields } of answers) {
        expect([400, 404], segment.slice(0, 80)).toContain(status);
        expect(fields.filter(Boolean).length > 0, segment.slice(0, 80)).toBe(status === 400);
      }
    }
  });

  it.each(['"', '"a"b"', 'x'.repeat(256), '\u00e4'])('do nothing under the key %s', async (key) => {
    const order = await orderFor('/payments');
    const body = '{"paymentMethod":"pm_card_ok"}';
    expect(await send('POST', `/orders/${order.orderId}/payments`, { key, body })).toEqual({
      status: 400,
      fields: ['Idempotency-Key'],
    });
    expect((await shop.read(order.orderId)).payment.attempts).toBe(0);
  });
});
