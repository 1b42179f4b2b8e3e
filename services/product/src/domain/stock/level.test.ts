import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, distancesOf, isTold, levelOf, moved } from './level.ts';

const lowAt = fc.option(fc.nat(20), { nil: null });

describe('the level of a stock', () => {
  it('is low from a number on, and out without any', () => {
    expect([6, 5, 1, 0].map((available) => levelOf(available, 5))).toEqual(['plenty', 'low', 'low', 'out']);
    expect([1, 0].map((available) => levelOf(available, null))).toEqual(['plenty', 'out']);
    expect([1, 0].map((available) => levelOf(available, 0))).toEqual(['plenty', 'out']);
  });

  it('is told exactly as long as both distances are above zero', () => {
    const level = fc.constantFrom('plenty' as const, 'low' as const, 'out' as const);
    fc.assert(
      fc.property(level, fc.nat(40), lowAt, (told, available, low) => {
        // Nobody is told "low" where no number says what that is.
        if (told === 'low' && (low ?? 0) === 0) return;
        expect(isTold(distancesOf(told, { available, lowAt: low }))).toBe(levelOf(available, low) === told);
      }),
    );
  });

  it('keeps its distances through changes of units, of the level told, and of what is low', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: -40, max: 40 }), lowAt, lowAt, (available, units, low, lower) => {
        const before = distancesOf('plenty', { available, lowAt: low });
        const step = moved(units);
        const other = differenceOf({ told: 'plenty', lowAt: low }, { told: 'low', lowAt: lower });
        expect({
          toFall: before.toFall + step.toFall + other.toFall,
          toRise: before.toRise + step.toRise + other.toRise,
        }).toEqual(distancesOf('low', { available: available + units, lowAt: lower }));
      }),
    );
  });
});
