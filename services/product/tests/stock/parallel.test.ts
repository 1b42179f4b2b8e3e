import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anOrder, openStock, type HoldBody, type OpenStock } from './shop.ts';
import type { Answer } from '../catalogue.ts';

describe.skipIf(!testStores)(`many buyers at once ${whyNoStores}`, () => {
  let shop: OpenStock;
  beforeAll(async () => {
    shop = await openStock();
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.mustAddUp());

  const statuses = (answers: Answer<HoldBody>[]) =>
    Object.fromEntries(
      [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length] as const),
    );

  /** As the saga does: a shop that has too much to do is asked again, for the same order. */
  async function insist(orderId: string, sku: string): Promise<Answer<HoldBody>> {
    for (;;) {
      const answer = await shop.hold(orderId, [{ sku, units: 1 }]);
      if (answer.status !== 503) return answer;
    }
  }

  it.each([
    { buyers: 50, units: 5 },
    { buyers: 500, units: 5 },
    { buyers: 500, units: 400 },
  ])(
    '$buyers of them get exactly the $units units there are',
    async ({ buyers, units }) => {
      const { sku, productId } = await shop.stocked(units);
      const answers = await Promise.all(Array.from({ length: buyers }, () => insist(anOrder(), sku)));
      expect(statuses(answers)).toEqual({ 200: units, 409: buyers - units });
      expect(await shop.stock(sku)).toMatchObject({ onHand: units, available: 0, held: units, claimed: 0 });
      const { body } = await shop.get<{ variants: { inStock: boolean }[] }>(`/products/${productId}`);
      expect(body.variants[0]?.inStock).toBe(false);
    },
    60_000,
  );

  it('who want several things in any order never wait for each other, and none gets half of it', async () => {
    const skus = (await Promise.all(Array.from({ length: 4 }, () => shop.stocked(10)))).map(({ sku }) => sku);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const wanted = [skus[i % 4]!, skus[(i + 1 + (i % 3)) % 4]!].map((sku) => ({ sku, units: 1 }));
        return shop.hold(anOrder(), i % 2 === 0 ? wanted : wanted.toReversed());
      }),
    );
    const { 200: held = 0, 409: refused = 0 } = statuses(answers);
    expect(held + refused).toBe(60);
    const stocks = await Promise.all(skus.map((sku) => shop.stock(sku)));
    expect(stocks.reduce((sum, stock) => sum + stock.held, 0)).toBe(2 * held);
    expect(held).toBeGreaterThan(0);
    const rest = stocks.flatMap(({ sku, available }) => (available > 0 ? [{ sku, units: available }] : []));
    const last = await Promise.all(rest.map((line) => shop.hold(anOrder(), [line])));
    expect(last.every(({ status }) => status === 200)).toBe(true);
  });

  it('who give up and come back leave nothing behind', async () => {
    const { sku } = await shop.stocked(10);
    const lines = [{ sku, units: 1 }];
    await Promise.all(
      Array.from({ length: 60 }, async () => {
        const orderId = anOrder();
        const { status } = await shop.hold(orderId, lines);
        if (status === 200) await shop.claim(orderId, lines);
        await shop.release(orderId, lines);
      }),
    );
    expect(await shop.stock(sku)).toMatchObject({ onHand: 10, available: 10, held: 0, claimed: 0 });
  });

  it('whose parcels leave at once are all in the ledger, in one order', async () => {
    const { sku } = await shop.stocked(100);
    const lines = [{ sku, units: 1 }];
    const answers = await Promise.all(
      Array.from({ length: 80 }, async () => {
        const orderId = anOrder();
        await shop.claim(orderId, lines);
        return shop.ship(orderId, lines);
      }),
    );
    expect(statuses(answers)).toEqual({ 200: 80 });
    expect(await shop.stock(sku)).toMatchObject({ onHand: 20, available: 20, claimed: 0 });
    const { body } = await shop.send<{ items: { onHandAfter: number }[] }>('GET', `/stock/${sku}/movements?limit=100`);
    expect(body.items.map(({ onHandAfter }) => onHandAfter)).toEqual(Array.from({ length: 81 }, (_, i) => 20 + i));
  });
});
