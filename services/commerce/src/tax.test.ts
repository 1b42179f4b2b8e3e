import { describe, expect, it } from 'vitest';
import { taxRateOf } from './tax.ts';

const memberStates = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

describe('the rate of value added tax', () => {
  it.each([
    ['DE', 'standard', 1900],
    ['DE', 'reduced', 700],
    ['FI', 'standard', 2550],
    ['CH', 'standard', 810],
    ['GB', 'reduced', 500],
  ] as const)('in %s, %s, is %i basis points', (country, category, rate) =>
    expect(taxRateOf(country, category)).toBe(rate),
  );

  it.each(memberStates)('of %s keeps to the least that the directive allows', (country) => {
    expect(taxRateOf(country, 'standard')).toBeGreaterThanOrEqual(1500);
    expect(taxRateOf(country, 'reduced')).toBeGreaterThanOrEqual(500);
    expect(taxRateOf(country, 'reduced')).toBeLessThanOrEqual(taxRateOf(country, 'standard'));
  });

  it('of the category zero is zero everywhere, and so is that of any other country', () => {
    for (const country of memberStates) expect(taxRateOf(country, 'zero')).toBe(0);
    for (const country of ['US', 'JP', 'toString', '__proto__']) expect(taxRateOf(country, 'standard')).toBe(0);
  });
});
