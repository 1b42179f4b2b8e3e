import { money } from '@storefront/commerce/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromStripeAmount, toStripeAmount } from './amounts.ts';

describe('an amount at Stripe', () => {
  it.each([
    [2500, 'EUR', 2500],
    [2500, 'JPY', 2500],
    [2500, 'ISK', 250_000],
    [2500, 'UGX', 250_000],
    [2500, 'KWD', 2500],
    [2500, 'MGA', 25],
  ])('of %i %s is %i', (amountMinor, currency, amount) => {
    expect(toStripeAmount(money(amountMinor, currency))).toEqual({ amount, currency: currency.toLowerCase() });
  });

  it.each([
    [2501, 'KWD', 'steps of 0.01 KWD'],
    [2550, 'MGA', 'steps of 1 MGA'],
  ])('of %i %s cannot be charged', (amountMinor, currency, reason) => {
    expect(() => toStripeAmount(money(amountMinor, currency))).toThrow(reason);
  });

  it('comes back as it was', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'ISK', 'UGX', 'KWD', 'MGA', 'BIF', 'CLP');
    const property = fc.property(fc.integer({ min: 0, max: 1e8 }), currency, (hundreds, code) => {
      const amount = money(hundreds * 100, code);
      expect(fromStripeAmount(toStripeAmount(amount))).toEqual(amount);
    });
    fc.assert(property);
  });
});
