import { describe, expect, it } from 'vitest';
import { nextTry, planSendings } from './plan.ts';

describe('what is sent of an event', () => {
  it('is it once, where nothing goes wrong', () => {
    expect(planSendings([], () => 0)).toEqual([{ afterMs: 0, forgery: null }]);
  });

  it('is what all faults together make of it', () => {
    const sendings = planSendings(
      [
        { kind: 'duplicate', copies: 2 },
        { kind: 'late', byMs: 100 },
        { kind: 'forged', how: 'body' },
      ],
      () => 0.5,
    );
    expect(sendings).toEqual([
      { afterMs: 100, forgery: null },
      { afterMs: 100, forgery: null },
      { afterMs: 0, forgery: 'body' },
    ]);
  });

  it('is nothing but the forgery, where it is dropped', () => {
    const sendings = planSendings([{ kind: 'forged', how: 'secret' }, { kind: 'dropped' }], () => 0);
    expect(sendings).toEqual([{ afterMs: 0, forgery: 'secret' }]);
  });
});

describe('a refused try', () => {
  const policy = { firstMs: 10, longestMs: 40, forMs: 200 };

  it('is followed by others, further apart, until the time is over', () => {
    const waits: number[] = [];
    let sinceFirstMs = 0;
    for (let attempts = 1; ; attempts += 1) {
      const wait = nextTry(attempts, sinceFirstMs, policy);
      if (wait === undefined) break;
      waits.push(wait);
      sinceFirstMs += wait;
    }
    expect(waits).toEqual([10, 20, 40, 40, 40, 40]);
  });
});
