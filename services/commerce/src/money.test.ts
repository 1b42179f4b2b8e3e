import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, exponentOf, formatMoney, money, toDecimal } from './money.ts';

const amount = fc.integer({ min: -4e12, max: 4e12 });
const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD');

describe('money', () => {
  it.each([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['BIF', 0],
  ])('in %s has %i decimal digits', (code, digits) => expect(exponentOf(code)).toBe(digits));

  it.each([
    [1999, 'EUR', '19.99'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [1999, 'JPY', '1999'],
    [1999, 'KWD', '1.999'],
    [-1, 'KWD', '-0.001'],
  ])('%i %s is %s', (amountMinor, code, text) => expect(toDecimal(money(amountMinor, code))).toBe(text));

  it('written as a decimal loses nothing', () => {
    fc.assert(
      fc.property(amount, currency, (amountMinor, code) => {
        const digits = toDecimal(money(amountMinor, code)).replace('.', '');
        expect(BigInt(digits)).toBe(BigInt(amountMinor));
      }),
    );
  });

  it('adds up in any order, and nothing comes of a sum with nothing', () => {
    fc.assert(
      fc.property(amount, amount, currency, (a, b, code) => {
        expect(add(money(a, code), money(b, code))).toEqual(add(money(b, code), money(a, code)));
        expect(add(money(a, code), money(0, code))).toEqual(money(a, code));
      }),
    );
  });

  it('of two currencies cannot be added', () => {
    expect(() => add(money(1, 'EUR'), money(1, 'USD'))).toThrow('cannot add USD to EUR');
  });

  it.each([
    [1.5, 'EUR'],
    [Number.NaN, 'EUR'],
    [1e13, 'EUR'],
    [1, 'euro'],
    [1, 'EU'],
  ])('cannot be %d %s', (amountMinor, code) => expect(() => money(amountMinor, code)).toThrow(/"path"/));

  it.each([
    ['EUR', 'de-DE', '19,99 €'],
    ['USD', 'en-US', '$19.99'],
    ['JPY', 'ja-JP', '￥1,999'],
  ])('of 1999 %s reads in %s as %s', (code, locale, text) => {
    expect(formatMoney(money(1999, code), locale).replaceAll('\u00a0', ' ')).toBe(text);
  });
});
