import { expect, it } from 'vitest';
import { isCron, runsPerDay } from './cron.ts';

it.each(['0 3 * * *', '30 2 * * *', '*/10 * * * *', '0 0-6/2 1,15 1-12 0', '59 23 31 12 6'])(
  'a schedule may be %j',
  (schedule) => expect(isCron(schedule)).toBe(true),
);

it.each([
  'a b c d e',
  '60 3 * * *',
  '0 24 * * *',
  '0 3 0 * *',
  '0 3 * 13 *',
  '0 3 * * 7',
  '0 3 * * MON',
  '0 5-3 * * *',
  '*/0 * * * *',
  '5/10 * * * *',
  '0 3 * *',
  '0 3 * * * *',
  '0  3 * * *',
  '@daily',
  '0 3 L * *',
  ', * * * *',
])('a schedule is not %j', (schedule) => expect(isCron(schedule)).toBe(false));

it.each([
  ['30 2 * * *', 1],
  ['0 3 * * 0', 1],
  ['0 */6 * * *', 4],
  ['0,30 8-10 * * *', 6],
  ['*/10 * 1 * *', 144],
])('%j is %i times on its days', (schedule, times) => expect(runsPerDay(schedule)).toBe(times));
