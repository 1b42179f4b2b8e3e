import { describe, expect, it } from 'vitest';
import { isDuration, ms, seconds, type Duration } from './time.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
  ] as const)('of %s is %i milliseconds', (duration, expected) => expect(ms(duration)).toBe(expected));

  it('in whole seconds is never shorter than it was', () => expect(seconds('1200ms')).toBe(2));

  it.each(['', '5', 's', '-5s', '5 s', '1e3s', '5w'])('is not %j', (text) => {
    expect(isDuration(text)).toBe(false);
    expect(() => ms(text as Duration)).toThrow(`"${text}" is not a duration`);
  });
});
