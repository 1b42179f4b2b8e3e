import { describe, expect, it } from 'vitest';
import { lsnOf } from './position.ts';
import { lagOf } from './replicas.ts';

describe("a replica's lag", () => {
  const samples = [
    { at: 1_000, lsn: 10n },
    { at: 1_500, lsn: 20n },
    { at: 2_000, lsn: 20n },
    { at: 2_500, lsn: 30n },
  ];

  it.each([
    [30n, 0],
    [31n, 0],
    [29n, 500],
    [20n, 500],
    [19n, 1_500],
    [10n, 1_500],
    [9n, 2_000],
  ])('with all up to %d is %d ms: the age of the first thing that it lacks', (replayed, lagMs) => {
    expect(lagOf(samples, replayed, 3_000)).toBe(lagMs);
  });

  it('is none while nothing is known of the primary', () => expect(lagOf([], 1n, 3_000)).toBe(0));
});

describe('a place in the log', () => {
  it('is compared as a number, not as text', () => {
    expect(lsnOf('0/10')).toBeGreaterThan(lsnOf('0/9'));
    expect(lsnOf('1/0')).toBe(2n ** 32n);
    expect(lsnOf('16/B374D848')).toBe(0x16b374d848n);
  });
});
