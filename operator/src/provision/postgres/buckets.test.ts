import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, type ShardState, sharesDue } from './buckets.ts';

const empty = (count: number): ShardState[] =>
  Array.from({ length: count }, (_, index) => ({ shard: `orders-${index + 1}`, buckets: [] }));
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The shards after the first `steps` of the shares that are due have been dealt. */
function dealt(states: readonly ShardState[], steps = Infinity): ShardState[] {
  const due = [...sharesDue(states)].slice(0, steps);
  return states.map((state) => {
    const share = due.find(([shard]) => shard === state.shard)?.[1];
    return share ? { ...state, founders: share.founders, buckets: range(share.first, share.last) } : state;
  });
}

describe('dealing out the buckets', () => {
  it('gives each bucket to one shard, and none more than one bucket more than another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (count) => {
        const shares = dealt(empty(count)).map(({ buckets }) => buckets);
        expect(shares.flat()).toEqual(range(0, bucketCount - 1));
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('goes on where it was cut short, among the same shards, whoever joins meanwhile', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(8), fc.nat(3), (count, steps, joining) => {
        const begun = dealt(empty(count), Math.max(1, steps));
        const joined = empty(count + joining).slice(count);
        const done = dealt([...begun, ...joined]);
        expect(done.slice(0, count)).toEqual(dealt(empty(count)));
        expect(done.slice(count).flatMap(({ buckets }) => buckets)).toEqual([]);
      }),
    );
  });

  it('is over once it is done, wherever the buckets are by then', () => {
    const moved = dealt(empty(3)).map((state, index) => ({
      ...state,
      buckets: index === 1 ? range(0, bucketCount - 1) : [],
    }));
    expect(sharesDue([...moved, { shard: 'orders-4', buckets: [] }]).size).toBe(0);
  });

  it('gives nobody buckets that another shard has by now', () => {
    const [first, second, third] = dealt(empty(3)) as [ShardState, ShardState, ShardState];
    const lost = { shard: second.shard, buckets: [] };
    const heir = { ...third, buckets: [...third.buckets, 1400] };
    expect(() => sharesDue([first, lost, heir])).toThrow(
      'shard orders-2 has no buckets, and orders-3 has some of those',
    );
  });
});
