import { randomUUID } from 'node:crypto';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemBody } from '../catalogue.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

describe.skipIf(!testStores)(`holds of orders ${whyNoStores}`, () => {
  let shop: OpenStock;
  beforeAll(async () => {
    shop = await openStock();
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.mustAddUp());

  const counts = async (sku: string) => {
    const { onHand, available, held, claimed } = await shop.stock(sku);
    return [onHand, available, held, claimed];
  };

  it('are held, claimed and shipped, and the ledger says what left the house', async () => {
    const { sku } = await shop.stocked(5);
    const [orderId, lines] = [anOrder(), [{ sku, units: 2 }]];

    const held = await shop.hold(orderId, lines);
    expect(held).toMatchObject({ status: 200, body: { orderId, state: 'held' } });
    const minutes = (Date.parse(held.body.expiresAt ?? '') - Date.now()) / 60_000;
    expect(Math.round(minutes)).toBe(60);
    expect(await counts(sku)).toEqual([5, 3, 2, 0]);

    expect((await shop.claim(orderId, lines)).body).toEqual({ orderId, state: 'claimed', expiresAt: null });
    expect(await counts(sku)).toEqual([5, 3, 0, 2]);

    expect((await shop.ship(orderId, lines)).body).toEqual({ orderId, state: 'shipped', expiresAt: null });
    expect(await counts(sku)).toEqual([3, 3, 0, 0]);
    const { body } = await shop.send<{ items: object[] }>('GET', `/stock/${sku}/movements`);
    expect(body.items).toMatchObject([
      { units: -2, reason: 'sold', orderId, onHandAfter: 3 },
      { units: 5, reason: 'received', orderId: null, onHandAfter: 5 },
    ]);
  });

  it('change nothing when any of it is repeated', async () => {
    const { sku } = await shop.stocked(5);
    const [orderId, lines] = [anOrder(), [{ sku, units: 2 }]];
    const twice = async (act: OpenStock['hold']) => {
      const [first, second] = [await act(orderId, lines), await act(orderId, lines)];
      expect(second.body).toEqual(first.body);
    };
    await twice(shop.hold);
    expect(await counts(sku)).toEqual([5, 3, 2, 0]);
    await twice(shop.claim);
    expect((await shop.hold(orderId, lines)).body.state).toBe('claimed');
    expect(await counts(sku)).toEqual([5, 3, 0, 2]);
    await twice(shop.ship);
    expect((await shop.hold(orderId, lines)).body.state).toBe('shipped');
    expect((await shop.claim(orderId, lines)).body.state).toBe('shipped');
    expect((await shop.release(orderId, lines)).body.state).toBe('shipped');
    expect(await counts(sku)).toEqual([3, 3, 0, 0]);
  });

  it('are all held or none, and every line that is short is named', async () => {
    const [a, b, c] = [await shop.stocked(5), await shop.stocked(1), await shop.stocked(3)];
    const lines = [
      { sku: c.sku, units: 4 },
      { sku: a.sku, units: 1 },
      { sku: b.sku, units: 2 },
      { sku: 'no-such-sku', units: 1 },
    ];
    const refused = await shop.send<ProblemBody>('PUT', `/holds/${anOrder()}`, { body: { lines }, as: 'service' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'out-of-stock' } });
    expect(refused.body.errors).toEqual([
      { field: 'lines[0].units', message: `only 3 of ${c.sku} can be ordered` },
      { field: 'lines[2].units', message: `only 1 of ${b.sku} can be ordered` },
      { field: 'lines[3].units', message: 'only 0 of no-such-sku can be ordered' },
    ]);
    for (const { sku } of [a, b, c]) expect((await shop.stock(sku)).held).toBe(0);
  });

  it('are given back on release, also when they were claimed', async () => {
    const { sku } = await shop.stocked(4);
    const lines = [{ sku, units: 2 }];
    const [held, claimed] = [anOrder(), anOrder()];
    await shop.hold(held, lines);
    await shop.hold(claimed, lines);
    await shop.claim(claimed, lines);
    expect(await counts(sku)).toEqual([4, 0, 2, 2]);
    for (const orderId of [held, claimed, claimed])
      expect((await shop.release(orderId, lines)).body.state).toBe('released');
    expect(await counts(sku)).toEqual([4, 4, 0, 0]);
  });

  it('are not made any more when the release comes first', async () => {
    const { sku } = await shop.stocked(4);
    const [orderId, lines] = [anOrder(), [{ sku, units: 2 }]];
    await shop.release(orderId, lines);
    expect((await shop.hold(orderId, lines)).body).toEqual({ orderId, state: 'released', expiresAt: null });
    expect((await shop.claim(orderId, lines)).body.state).toBe('released');
    expect((await shop.ship(orderId, lines)).body.state).toBe('released');
    expect(await counts(sku)).toEqual([4, 4, 0, 0]);
  });

  it('can be claimed without having been held, as long as there is enough', async () => {
    const [a, b] = [await shop.stocked(1), await shop.stocked(1)];
    const both = [a, b].map(({ sku }) => ({ sku, units: 1 }));
    expect((await shop.claim(anOrder(), both)).body.state).toBe('claimed');
    const late = await shop.claim(anOrder(), both);
    expect(late).toMatchObject({ status: 409, body: { code: 'out-of-stock' } });
    expect(await counts(a.sku)).toEqual([1, 0, 0, 1]);
  });

  it('cannot leave the house unclaimed', async () => {
    const { sku } = await shop.stocked(2);
    const [orderId, lines] = [anOrder(), [{ sku, units: 2 }]];
    expect(await shop.ship(orderId, lines)).toMatchObject({ status: 409, body: { code: 'not-claimed' } });
    await shop.hold(orderId, lines);
    expect(await shop.ship(orderId, lines)).toMatchObject({ status: 409, body: { code: 'not-claimed' } });
    expect((await shop.claim(orderId, lines)).status).toBe(200);
    expect((await shop.ship(orderId, lines)).status).toBe(200);
  });

  it('keep the units that they were made with', async () => {
    const { sku } = await shop.stocked(5);
    const orderId = anOrder();
    await shop.hold(orderId, [{ sku, units: 2 }]);
    for (const act of [shop.hold, shop.claim])
      expect(await act(orderId, [{ sku, units: 3 }])).toMatchObject({ status: 409, body: { code: 'hold-differs' } });
    expect(await counts(sku)).toEqual([5, 3, 2, 0]);
  });

  it('are taken over by a second call of the same order: what it relies on the first does not take back', async () => {
    const { sku } = await shop.stocked(2);
    const [orderId, lines] = [anOrder(), [{ sku, units: 1 }]];
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.hold(orderId, lines)));
    expect(new Set(answers.map(({ body }) => body.state))).toEqual(new Set(['held']));
    expect(await counts(sku)).toEqual([2, 1, 1, 0]);
  });

  it('come back to stock once for each refund', async () => {
    const { sku } = await shop.stocked(3);
    const [orderId, lines] = [anOrder(), [{ sku, units: 2 }]];
    for (const act of [shop.hold, shop.claim, shop.ship]) await act(orderId, lines);
    const refund = { refundId: randomUUID(), lines: [{ sku, units: 1 }] };
    const answers = await Promise.all([1, 2, 3].map(() => shop.restock(orderId, refund)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    await shop.restock(orderId, { ...refund, refundId: randomUUID() });
    expect(await counts(sku)).toEqual([3, 3, 0, 0]);
  });

  it('are for services only, and refuse what is not an order', async () => {
    const body = { lines: [{ sku: 'mug-blue', units: 1 }] };
    for (const as of ['guest', 'merchant'] as const)
      expect((await shop.send('PUT', `/holds/${anOrder()}`, { body, as })).status).toBe(as === 'guest' ? 401 : 403);
    const bad = { lines: [...body.lines, ...body.lines] };
    expect((await shop.send('PUT', `/holds/${anOrder()}`, { body: bad, as: 'service' })).status).toBe(400);
    expect((await shop.send('PUT', `/holds/${randomUUID()}`, { body, as: 'service' })).status).toBe(400);
  });
});
