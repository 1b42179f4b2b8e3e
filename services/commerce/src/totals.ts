import { z } from 'zod';
import { Money } from './money.ts';
import type { TaxRate } from './tax.ts';

/**
 * The most that one line, or shipping, may come to, in the smallest unit: 1.5 billion euros. So a product of amount and rate stays
 * below 2^53, where numbers are exact, and the sum of 50 lines and shipping below what `Money` takes.
 */
export const maxLineMinor = 1.5e11;

/** What a line costs: `gross = net + tax`, after `discount`, its share of what was taken off. Rounded once, here. */
export const LineTotals = z
  .strictObject({
    net: Money,
    taxRate: z.int().min(0).max(10_000).meta({ description: 'Basis points: 1900 is 19 %' }),
    tax: Money,
    gross: Money,
    discount: Money,
  })
  .meta({ id: 'LineTotals' });
export type LineTotals = z.infer<typeof LineTotals>;

export const Totals = z
  .strictObject({
    items: Money.meta({ description: 'All lines, tax included' }),
    shipping: Money.meta({ description: 'Tax included; zero while it is not chosen' }),
    discount: Money,
    tax: Money.meta({ description: 'Contained in total' }),
    taxes: z.array(z.strictObject({ rate: z.int(), tax: Money })).meta({ description: 'The tax by its rate' }),
    total: Money.meta({ description: 'What is to be paid' }),
  })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof Totals>;

export type PricedUnits = { unitPrice: Money; units: number; taxRate: TaxRate; discountMinor?: number };

/** A line at prices that include tax; the tax is what the rate makes of it, half a unit rounded up. More than `maxLineMinor` is a RangeError. */
export function lineTotals({ unitPrice, units, taxRate, discountMinor = 0 }: PricedUnits): LineTotals {
  const { currency } = unitPrice;
  const gross = unitPrice.amountMinor * units - discountMinor;
  if (gross < 0) throw new RangeError('a discount cannot be more than the line');
  if (gross > maxLineMinor)
    throw new RangeError(`a line of ${gross} is more than the ${maxLineMinor} that it may come to`);
  const tax = roundedDivision(gross * taxRate, 10_000 + taxRate);
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return { net: money(gross - tax), taxRate, tax: money(tax), gross: money(gross), discount: money(discountMinor) };
}

/** Sums of lines and shipping, all of one currency. Tax is summed as it stands in the lines, so that sums agree with documents. */
export function totalsOf(lines: readonly LineTotals[], shipping: LineTotals | undefined, currency: string): Totals {
  const all = shipping ? [...lines, shipping] : lines;
  const sum = (parts: readonly LineTotals[], pick: (line: LineTotals) => Money): Money => ({
    amountMinor: parts.reduce((total, line) => total + amountIn(pick(line), currency), 0),
    currency,
  });
  const rates = [...new Set(all.map(({ taxRate }) => taxRate))].toSorted((a, b) => b - a);
  return {
    items: sum(lines, ({ gross }) => gross),
    shipping: sum(shipping ? [shipping] : [], ({ gross }) => gross),
    discount: sum(all, ({ discount }) => discount),
    tax: sum(all, ({ tax }) => tax),
    taxes: rates.map((rate) => ({
      rate,
      tax: sum(
        all.filter(({ taxRate }) => taxRate === rate),
        ({ tax }) => tax,
      ),
    })),
    total: sum(all, ({ gross }) => gross),
  };
}

/** The part of a stored line's money that goes back for some of its units; the last refund takes what rounding left. */
export function refundShare(line: LineTotals, units: { all: number; refunded: number; now: number }): LineTotals {
  const { all, refunded, now } = units;
  if (now < 1 || refunded + now > all) throw new RangeError(`cannot refund ${now} of ${all - refunded} units`);
  const upTo = (amount: Money, count: number) => roundedDivision(amount.amountMinor * count, all);
  const share = (amount: Money): Money => ({
    amountMinor: upTo(amount, refunded + now) - upTo(amount, refunded),
    currency: amount.currency,
  });
  const [gross, tax] = [share(line.gross), share(line.tax)];
  const net = { amountMinor: gross.amountMinor - tax.amountMinor, currency: gross.currency };
  return { net, taxRate: line.taxRate, tax, gross, discount: share(line.discount) };
}

function amountIn(amount: Money, currency: string): number {
  if (amount.currency !== currency) throw new RangeError(`cannot add ${amount.currency} to ${currency}`);
  return amount.amountMinor;
}

/** Half up. A quotient of two integers below 2^53 never rounds up to the next integer, so `floor` sees the true one. */
function roundedDivision(dividend: number, divisor: number): number {
  const doubled = 2 * dividend + divisor;
  if (!Number.isSafeInteger(doubled)) throw new RangeError(`${dividend} cannot be divided exactly`);
  return Math.floor(doubled / (2 * divisor));
}
