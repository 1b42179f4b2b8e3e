import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concerns, strikes, type FaultRule } from './rules.ts';

const rule = (match: Partial<FaultRule['match']> = {}): FaultRule =>
  ({ match: { route: '*', ...match }, fault: { kind: 'down' } }) as FaultRule;
const at = (seen: number, hits = 0) => ({ seen, hits, setAt: 0 });

describe('a fault’s rule', () => {
  it.each([
    ['POST /v1/refunds', 'POST /v1/refunds', true],
    ['POST *', 'POST /v1/refunds', true],
    ['GET *', 'POST /v1/refunds', false],
    ['POST /v1/payment_intents', 'POST /v1/payment_intents/:id/capture', false],
    ['*/capture', 'POST /v1/payment_intents/:id/capture', true],
    ['POST /v1.refunds', 'POST /v1/refunds', false],
  ])('%s concerns %s: %s', (route, name, expected) => {
    expect(concerns(rule({ route }), { name, text: '' })).toBe(expected);
  });

  it('looks at the key and at what the request holds', () => {
    const occasion = { name: 'POST /a', key: 'cap:o-1', text: 'metadata[order]=o-1' };
    expect(concerns(rule({ key: 'cap:' }), occasion)).toBe(true);
    expect(concerns(rule({ key: 'ref:' }), occasion)).toBe(false);
    expect(concerns(rule({ contains: 'o-1' }), occasion)).toBe(true);
    expect(concerns(rule({ contains: 'o-2' }), occasion)).toBe(false);
  });

  it('strikes the asked ones, as often and as long as asked', () => {
    const hits = (match: Partial<FaultRule['match']>) =>
      [1, 2, 3, 4].filter((seen) => strikes(rule(match), at(seen), 0, 's'));
    expect(hits({ nth: 2 })).toEqual([2]);
    expect(hits({ nth: [1, 4] })).toEqual([1, 4]);
    expect(strikes(rule({ times: 2 }), at(9, 1), 0, 's')).toBe(true);
    expect(strikes(rule({ times: 2 }), at(9, 2), 0, 's')).toBe(false);
    expect(strikes(rule({ lastsMs: 10 }), at(1), 9, 's')).toBe(true);
    expect(strikes(rule({ lastsMs: 10 }), at(1), 10, 's')).toBe(false);
  });

  it('strikes by chance as often as it says, and the same by the same seed', () => {
    const share = fc.property(fc.string(), fc.constantFrom(0.05, 0.3, 0.9), (seed, probability) => {
      const draw = () => Array.from({ length: 1000 }, (_, seen) => strikes(rule({ probability }), at(seen), 0, seed));
      expect(draw()).toEqual(draw());
      expect(Math.abs(draw().filter(Boolean).length / 1000 - probability)).toBeLessThan(0.08);
    });
    fc.assert(share, { numRuns: 20 });
  });
});
