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
} from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openapi from '../openapi.json' with { type: 'json' };
import { openShop, realKey, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';

const document = openapi as unknown as ApiDocument;
const routes = routesWithBodies(document).filter(({ isInternal }) => isInternal);
const samples = { method: 'pm_card_visa', amountMinor: 2500 };
const whyNot = whyNoBroker || whyNoSimulator;

describe.skipIf(whyNoBroker || realKey)(`hostile requests for payments ${whyNot}`, { timeout: 120_000 }, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  const send = async (method: string, path: string, content: { body?: string; contentType?: string } = {}) =>
    answerOf(shop.url + path, {
      method,
      caller: await callerFor('service', { audience: 'payment', sub: 'order' }),
      ...content,
    });

  /** An order for which the route has something to do. */
  async function orderFor(path: string): Promise<Order> {
    const order = shop.order();
    if (!path.endsWith('{orderId}')) await order.authorize();
    if (path.includes('/refunds/')) await order.capture();
    return order;
  }

  it.each(routes)('break nothing at $method $path', async ({ method, path, schema }) => {
    const bodies = hostileBodies(schema, document, { samples });
    const orders = [await orderFor(path)];
    const fill = (order: Order) => path.replace('{orderId}', order.id).replace('{refundId}', randomUUID());
    const failures = await failuresOf(bodies, async (hostile) => {
      const isNew = path.endsWith('{orderId}');
      if (isNew) orders.push(shop.order());
      return send(method, fill(orders.at(-1)!), hostile);
    });
    expect(failures).toEqual([]);
    const good = await orderFor(path);
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect((await send(method, fill(good), { body })).status).toBe(200);
    for (const order of orders) if ((await order.read()).status === 200) await order.audit();
  });

  it('find no payment by a strange name', async () => {
    const { id } = shop.order();
    for (const segment of strangeSegments) {
      const answers = [
        await send('GET', `/payments/${segment}`),
        await send('POST', `/payments/${segment}/cancel`),
        await send('GET', `/payments/${id}?fresh=${segment}`),
        await send('GET', `/payments/${id}?${segment}=1`),
      ];
      for (const { status } of answers) expect([400, 404], segment.slice(0, 80)).toContain(status);
    }
  });
});
