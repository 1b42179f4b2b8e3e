import { expect, it } from 'vitest';
import { signOf } from './number.ts';
import { minorOf, wholeUnits } from './price.ts';

it.each([
  ['12.5', 'EUR', 1250],
  ['12', 'EUR', 1200],
  ['12.505', 'EUR', 1250],
  ['12', 'JPY', 12],
  ['12.9', 'JPY', 12],
  ['1.5', 'KWD', 1500],
])('takes %s %s as %i in the smallest unit', (typed, currency, expected) => {
  expect(minorOf(typed, currency)).toBe(expected);
});

it('hints at bounds that leave nothing out', () => {
  expect(wholeUnits({ amountMinor: 1890, currency: 'EUR' }, 'down')).toBe('18');
  expect(wholeUnits({ amountMinor: 1810, currency: 'EUR' }, 'up')).toBe('19');
  expect(wholeUnits({ amountMinor: 1810, currency: 'JPY' }, 'up')).toBe('1810');
});

it('writes the sign of a currency as the locale does', () => {
  expect(signOf('EUR', 'de-DE')).toBe('€');
  expect(signOf('USD', 'en-IE')).toBe('US$');
});
