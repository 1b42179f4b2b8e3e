import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, type Money } from './money.ts';
import { lineTotals, LineTotals, maxLineMinor, refundShare, totalsOf, Totals } from './totals.ts';

const rate = fc.integer({ min: 0, max: 10_000 });
const units = fc.integer({ min: 1, max: 99 });
const pricedUnits = fc.record({ units, taxRate: rate }).chain(({ units: count, taxRate }) =>
  fc.integer({ min: 0, max: Math.floor(maxLineMinor / count) }).chain((price) =>
    fc.integer({ min: 0, max: price * count }).map((discountMinor) => ({
      unitPrice: money(price, 'EUR'),
      units: count,
      taxRate,
      discountMinor,
    })),
  ),
);
const line = pricedUnits.map(lineTotals);

/** The same in whole numbers of any size: half a unit rounded up. */
const exactTax = (gross: number, taxRate: number): number => {
  const [dividend, divisor] = [BigInt(gross) * BigInt(taxRate), BigInt(10_000 + taxRate)];
  return Number((2n * dividend + divisor) / (2n * divisor));
};

describe('a line', () => {
  it.each([
    [1999, 1, 1900, 1680, 319],
    [1000, 3, 700, 2804, 196],
    [1999, 1, 0, 1999, 0],
    [1, 1, 10_000, 0, 1],
    [3, 1, 2000, 2, 1],
  ])('of %i minor × %i at %i basis points is %i net and %i tax', (...example) => {
    const [price, count, taxRate, net, tax] = example;
    const totals = lineTotals({ unitPrice: money(price, 'EUR'), units: count, taxRate });
    expect(totals).toMatchObject({ net: { amountMinor: net }, tax: { amountMinor: tax } });
    expect(totals.gross.amountMinor).toBe(price * count);
  });

  it('is exact up to the most that it may come to', () => {
    fc.assert(
      fc.property(pricedUnits, (priced) => {
        const totals = LineTotals.parse(lineTotals(priced));
        const gross = priced.unitPrice.amountMinor * priced.units - priced.discountMinor;
        expect(totals.gross.amountMinor).toBe(gross);
        expect(totals.tax.amountMinor).toBe(exactTax(gross, priced.taxRate));
        expect(totals.net.amountMinor + totals.tax.amountMinor).toBe(gross);
      }),
    );
    const most = lineTotals({ unitPrice: money(maxLineMinor, 'EUR'), units: 1, taxRate: 10_000 });
    expect(most.tax.amountMinor).toBe(exactTax(maxLineMinor, 10_000));
  });

  it('that comes to more is refused, and so is a discount of more than the line', () => {
    const of =
      (price: number, discountMinor = 0) =>
      () =>
        lineTotals({ unitPrice: money(price, 'EUR'), units: 1, taxRate: 1900, discountMinor });
    expect(of(maxLineMinor + 1)).toThrow(RangeError);
    expect(of(100, 101)).toThrow('discount');
  });
});

describe('totals', () => {
  it('are the sums of their lines, whatever the rates, and stay within what an amount may be', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), fc.option(line, { nil: undefined }), (lines, shipping) => {
        const totals = Totals.parse(totalsOf(lines, shipping, 'EUR'));
        const all = shipping ? [...lines, shipping] : lines;
        const sum = (amounts: Money[]) => Number(amounts.reduce((whole, one) => whole + BigInt(one.amountMinor), 0n));
        expect(totals.total.amountMinor).toBe(sum(all.map(({ gross }) => gross)));
        expect(totals.tax.amountMinor).toBe(sum(all.map(({ tax }) => tax)));
        expect(totals.items.amountMinor + totals.shipping.amountMinor).toBe(totals.total.amountMinor);
        expect(sum(totals.taxes.map(({ tax }) => tax))).toBe(totals.tax.amountMinor);
        expect(totals.taxes.map((tax) => tax.rate)).toEqual(
          [...new Set(all.map((one) => one.taxRate))].toSorted((a, b) => b - a),
        );
      }),
    );
  });

  it('of nothing are zero', () => {
    expect(totalsOf([], undefined, 'JPY')).toMatchObject({ total: money(0, 'JPY'), taxes: [] });
  });

  it('of two currencies do not exist', () => {
    const euros = lineTotals({ unitPrice: money(1, 'EUR'), units: 1, taxRate: 0 });
    expect(() => totalsOf([euros], undefined, 'USD')).toThrow('cannot add EUR to USD');
  });
});

describe('refunds of a line', () => {
  it('in any number of parts come to the whole line', () => {
    const parts = fc.integer({ min: 1, max: 99 }).chain((all) =>
      fc.uniqueArray(fc.integer({ min: 1, max: all }), { maxLength: 10 }).map((cuts) => {
        const ends = [...new Set([...cuts, all])].toSorted((a, b) => a - b);
        return { all, sizes: ends.map((end, index) => end - (ends[index - 1] ?? 0)) };
      }),
    );
    fc.assert(
      fc.property(line, parts, (whole, { all, sizes }) => {
        let refunded = 0;
        const shares = sizes.map((now) => {
          const share = refundShare(whole, { all, refunded, now });
          refunded += now;
          return share;
        });
        const { tax, total, discount } = totalsOf(shares, undefined, 'EUR');
        expect([total, tax, discount]).toEqual([whole.gross, whole.tax, whole.discount]);
        for (const { gross, tax: part } of shares)
          expect(Math.min(gross.amountMinor, part.amountMinor)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('of more units than are left are refused', () => {
    const whole = lineTotals({ unitPrice: money(1000, 'EUR'), units: 3, taxRate: 1900 });
    expect(() => refundShare(whole, { all: 3, refunded: 2, now: 2 })).toThrow('cannot refund 2 of 1 units');
    expect(() => refundShare(whole, { all: 3, refunded: 0, now: 0 })).toThrow('cannot refund 0');
  });
});
