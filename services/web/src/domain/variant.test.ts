import { describe, expect, it } from 'vitest';
import { chooseVariant, isNeighbour } from './variant.ts';

const variant = (colour: string, size: string, inStock = true) => ({
  sku: `${colour}-${size}`,
  options: { colour, size },
  inStock,
});
const small = variant('red', 's');
const variants = [
  small,
  variant('red', 'l'),
  variant('blue', 's', false),
  variant('blue', 'l'),
  variant('green', 'xl'),
];

describe('choosing a variant', () => {
  it('keeps the other options, even if that variant is sold out', () => {
    expect(chooseVariant(variants, small, 'colour', 'blue')?.sku).toBe('blue-s');
  });

  it('takes another value of the others when the combination is not sold', () => {
    const chosen = chooseVariant(variants, small, 'colour', 'green');
    expect(chosen?.sku).toBe('green-xl');
    expect(chosen && isNeighbour(chosen, small, 'colour')).toBe(false);
  });

  it('prefers what can be bought among equals', () => {
    expect(chooseVariant([variant('blue', 'm', false), variant('blue', 'l')], small, 'colour', 'blue')?.sku).toBe(
      'blue-l',
    );
  });

  it('finds nothing for a value that no variant has', () => {
    expect(chooseVariant(variants, small, 'colour', 'pink')).toBeUndefined();
  });
});
