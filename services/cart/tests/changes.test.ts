import fc from 'fast-check';
import { taxRateOf } from '@storefront/commerce/tax';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cart } from '../src/contract.ts';
import { aSku, openCarts, type OpenCarts } from './open-cart.ts';

describe.skipIf(!testStores)(`changes of a cart ${whyNoStores}`, () => {
  let shop: OpenCarts;
  beforeAll(async () => {
    shop = await openCarts();
  });
  afterAll(() => shop?.close());

  it('are one round trip to the store each, and so is reading it', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { read, put, remove, goTo, created } = await shop.guest();
    const changes = [() => put(mug, 1), () => put(mug, 2), () => put(mug, 2), () => goTo('DE'), () => remove(mug)];
    for (const change of [...changes, read, () => shop.contents(created.cartId), () => shop.guest()]) {
      shop.sent.length = 0;
      await change();
      expect(shop.sent).toHaveLength(1);
    }
  });

  it('from two tabs at once all happen, and the version has counted each', async () => {
    const skus = Array.from({ length: 10 }, aSku);
    for (const sku of skus) shop.catalogue.sells(sku, 250);
    const { created, put } = await shop.guest();
    const tab = await shop.buyer(created);
    const answers = await Promise.all(
      skus.flatMap((sku, index) => [put(sku, index + 1), tab.put(sku, index + 21), tab.put(sku, index + 21)]),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { body } = await tab.read();
    expect(body.items.map(({ sku }) => sku).toSorted()).toEqual(skus.toSorted());
    for (const { sku, units } of body.items) {
      const index = skus.indexOf(sku);
      expect([index + 1, index + 21]).toContain(units);
    }
    const changed = new Set(answers.map((answer) => answer.body.version));
    expect(body.version).toBe(Math.max(...changed));
    expect([...changed].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: body.version - 1 }, (_, index) => index + 2),
    );
    const units = body.items.reduce((whole, item) => whole + item.units, 0);
    expect(body.totals.total.amountMinor).toBe(250 * units);
  });

  it('of ten that expect the same version, one happens', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { put, read } = await shop.guest();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => put(mug, index + 1, { 'if-match': '"1"' })),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(done).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
    expect((await read()).body).toMatchObject({ version: 2, items: [{ units: done[0]?.body.items[0]?.units }] });
  });

  it('whatever they are leave a cart whose totals are those of its lines', { timeout: 120_000 }, async () => {
    const skus = Array.from({ length: 5 }, aSku);
    const categories = ['standard', 'reduced', 'zero'] as const;
    const sku = fc.constantFrom(...skus);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ sku, units: fc.integer({ min: 1, max: 99 }) }) },
      { weight: 1, arbitrary: fc.record({ sku }) },
      { weight: 1, arbitrary: fc.record({ country: fc.constantFrom('IE', 'DE', 'US') }) },
    );
    const prices = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(prices, fc.array(step, { maxLength: 12 }), async (amounts, steps) => {
        shop.later();
        for (const [index, one] of skus.entries())
          shop.catalogue.sells(one, amounts[index] ?? 0, { taxCategory: categories[index % 3] ?? 'zero' });
        const { put, remove, goTo, read, created } = await shop.guest();
        const model = { country: created.country, units: new Map<string, number>(), version: 1 };
        for (const change of steps) {
          const before = JSON.stringify([model.country, [...model.units]]);
          if ('country' in change) {
            model.country = change.country;
            await goTo(change.country);
          } else if ('units' in change) {
            model.units.set(change.sku, change.units);
            await put(change.sku, change.units);
          } else {
            model.units.delete(change.sku);
            await remove(change.sku);
          }
          if (JSON.stringify([model.country, [...model.units]]) !== before) model.version += 1;
        }
        const { body } = await read();
        expect(body).toMatchObject({ version: model.version, country: model.country });
        expect(body.items.map((item) => [item.sku, item.units])).toEqual([...model.units]);
        expectSums(body);
      }),
      { numRuns: 40 },
    );
  });
});

/** In whole numbers of any size, as no code of the shop does it. */
function expectSums({ items, totals, country }: Cart): void {
  let [total, tax] = [0n, 0n];
  for (const { units, unitPrice, taxCategory, totals: line } of items) {
    const [gross, rate] = [BigInt(unitPrice.amountMinor) * BigInt(units), BigInt(taxRateOf(country, taxCategory))];
    const expected = (2n * gross * rate + 10_000n + rate) / (2n * (10_000n + rate));
    expect([line.gross, line.tax, line.net].map(({ amountMinor }) => BigInt(amountMinor))).toEqual([
      gross,
      expected,
      gross - expected,
    ]);
    total += gross;
    tax += expected;
  }
  expect([totals.total, totals.tax].map(({ amountMinor }) => BigInt(amountMinor))).toEqual([total, tax]);
}
