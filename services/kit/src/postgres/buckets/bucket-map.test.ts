import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount } from './bucket.ts';
import { unionOf } from './bucket-map.ts';

const range = fc.record({
  first: fc.integer({ min: 0, max: bucketCount - 1 }),
  length: fc.integer({ min: 1, max: 600 }),
  epoch: fc.integer({ min: 1, max: 5 }),
  mode: fc.constantFrom('rw' as const, 'ro' as const),
});

describe('the map of buckets', () => {
  it('says of each bucket what the highest epoch says, in whatever order the shards answered', () => {
    const shards = fc.array(fc.array(range, { maxLength: 8 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shards, fc.boolean(), (given, isReversed) => {
        const answers = given.map((ranges, index) => {
          const rows = ranges.map(({ first, length, epoch, mode }) => {
            return { first, last: Math.min(first + length - 1, bucketCount - 1), epoch, mode };
          });
          return [`shard-${index}`, rows] as const;
        });
        const owners = unionOf(new Map(isReversed ? answers.toReversed() : answers));
        expect(owners).toHaveLength(bucketCount);
        for (let bucket = 0; bucket < bucketCount; bucket += 97) {
          const claims = answers.flatMap(([, rows]) =>
            rows.filter(({ first, last }) => first <= bucket && bucket <= last),
          );
          const highest = claims.length === 0 ? undefined : Math.max(...claims.map(({ epoch }) => epoch));
          expect(owners[bucket]?.epoch).toBe(highest);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a bucket that moved to its new owner, and one that nobody has to nobody', () => {
    const old = { first: 0, last: 9, epoch: 1, mode: 'rw' } as const;
    const owners = unionOf(
      new Map([
        ['b', [{ first: 5, last: 5, epoch: 2, mode: 'rw' }]],
        [
          'a',
          [
            { ...old, last: 4 },
            { ...old, first: 5, last: 5, mode: 'ro' },
            { ...old, first: 6 },
          ],
        ],
      ]),
    );
    expect(owners.slice(4, 7).map((owner) => owner?.shard)).toEqual(['a', 'b', 'a']);
    expect(owners[10]).toBeUndefined();
  });
});
