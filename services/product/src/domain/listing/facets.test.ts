import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countValues, facetsOf, priceRangeOf, type Match } from './facets.ts';
import type { Choice } from './listing.ts';

const products = fc.array(
  fc.record({
    price: fc.nat(1000),
    facets: fc.uniqueArray(fc.constantFrom('colour=red', 'colour=blue', 'size=s', 'size=m', 'brand=b=c'), {
      maxLength: 4,
    }),
  }),
  { maxLength: 40 },
);
const choices = fc
  .record(
    { colour: fc.subarray(['red', 'blue'], { minLength: 1 }), size: fc.subarray(['s', 'm'], { minLength: 1 }) },
    { requiredKeys: [] },
  )
  .map((chosen): Choice[] => Object.entries(chosen).map(([name, values]) => ({ name, values })));

const fulfils = (match: Match, wanted: readonly Choice[]) =>
  wanted.every(({ name, values }) => values.some((value) => match.facets.includes(`${name}=${value}`)));

describe('facets', () => {
  it('count what would match if one more value of the same name were chosen', () => {
    fc.assert(
      fc.property(products, choices, (all, chosen) => {
        const without = (name: string) => chosen.filter((choice) => choice.name !== name);
        const own = chosen.map(({ name }): [string, ReturnType<typeof countValues>] => [
          name,
          countValues(all.filter((match) => fulfils(match, without(name)))),
        ]);
        const matches = all.filter((match) => fulfils(match, chosen));
        const facets = facetsOf(countValues(matches), new Map(own), chosen, (name, value) => value || name);
        for (const { name, values } of facets)
          for (const { value, count } of values) {
            const naive = all.filter((match) => fulfils(match, [...without(name), { name, values: [value] }]));
            expect(count, `${name}=${value}`).toBe(naive.length);
          }
      }),
    );
  });

  it('show a chosen value even when nothing has it, and no more than twenty', () => {
    const matches = Array.from({ length: 30 }, (_, i) => ({ price: i, facets: [`size=${i}`] }));
    const counts = countValues(matches);
    const [size] = facetsOf(counts, new Map([['size', counts]]), [{ name: 'size', values: ['gone'] }], (name) => name);
    expect(size?.values).toHaveLength(20);
    expect(size?.values.at(-1)).toEqual({ value: 'gone', label: 'size', count: 0 });
  });

  it('give the range of prices, or none', () => {
    expect(
      priceRangeOf([
        { facets: [], price: 3 },
        { facets: [], price: 1 },
      ]),
    ).toEqual({ min: 1, max: 3 });
    expect(priceRangeOf([])).toBeNull();
  });
});
