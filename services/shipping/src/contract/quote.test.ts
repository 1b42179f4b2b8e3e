import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Quote, quoteProblem } from './quote.ts';

const now = new Date('2026-11-28T12:00:00Z');
const subject = { cartId: randomUUID(), cartVersion: 3, country: 'DE', postcode: '10115' };
const quote = Quote.parse({
  ...subject,
  carrier: 'easypost',
  service: 'Ground',
  name: 'Ground',
  price: { amountMinor: 500, currency: 'EUR' },
  expiresAt: '2026-11-28T12:30:00.000Z',
});
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

describe('a quote', () => {
  it('is good for its cart as it is and its address, however the postcode is written', () => {
    expect(quoteProblem(quote, subject, now)).toBeUndefined();
    for (const postcode of ['10 115', '10-115', ' 10115 '])
      expect(quoteProblem(quote, { ...subject, postcode }, now)).toBeUndefined();
    const british = { ...quote, country: 'GB', postcode: 'SW1A 1AA' };
    expect(quoteProblem(british, { ...subject, country: 'GB', postcode: 'sw1a1aa' }, now)).toBeUndefined();
  });

  it.each([
    ['of another version of the cart', { cartVersion: 4 }],
    ['to another country', { country: 'FR' }],
    ['to another postcode', { postcode: '10117' }],
    ['of somebody else’s cart', { cartId: randomUUID() }],
  ])('%s is a mismatch, also when it has expired', (_, changes) => {
    for (const at of [now, later(31)]) expect(quoteProblem(quote, { ...subject, ...changes }, at)).toBe('mismatch');
  });

  it('is good until it expires, to the second', () => {
    expect(quoteProblem(quote, subject, later(29))).toBeUndefined();
    expect(quoteProblem(quote, subject, new Date(later(30).getTime() - 1))).toBeUndefined();
    expect(quoteProblem(quote, subject, later(30))).toBe('expired');
  });
});
