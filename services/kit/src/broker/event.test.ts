import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readEvent, toMessage } from './envelope.ts';
import { newEvent, placeOf } from './event.ts';
import { fateOf, UnprocessableMessage } from './consumer/outcome.ts';
import { unavailable, conflict, tooMany } from '../errors.ts';

const contract = {
  'note.written': { 1: z.strictObject({ text: z.string() }), 2: z.strictObject({ text: z.string(), words: z.int() }) },
} as const;
const given = { type: 'note.written', schemaVersion: 1, subject: 'n1', aggregateVersion: 3 } as const;
const sent = { source: '/shop/notes', time: new Date('2026-11-28T12:00:00Z') };

describe('an event', () => {
  it('arrives as it was made, in each version of its schema', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.nat(), (text, words, aggregateVersion) => {
        const first = newEvent(contract, { ...given, aggregateVersion, data: { text } });
        const second = newEvent(contract, { ...given, aggregateVersion, schemaVersion: 2, data: { text, words } });
        for (const event of [first, second])
          expect(readEvent(contract, toMessage(event, sent).content)).toEqual({
            ...event,
            source: '/shop/notes',
            time: '2026-11-28T12:00:00.000Z',
          });
      }),
    );
  });

  it('is not made against its contract, or too large for a queue', () => {
    expect(() => newEvent(contract, { ...given, data: { text: 1 as never } })).toThrow('text');
    expect(() => newEvent(contract, { ...given, data: { text: 'a', more: 1 } as never })).toThrow('more');
    expect(() => newEvent(contract, { ...given, schemaVersion: 3 as never, data: { text: 'a' } as never })).toThrow(
      '3',
    );
    expect(() => newEvent(contract, { ...given, data: { text: 'x'.repeat(70_000) } })).toThrow('65536');
  });

  it('stands beside what is known of its aggregate', () => {
    const places = (known: number | undefined) =>
      [1, 2, 3, 4, 5].map((aggregateVersion) => placeOf({ aggregateVersion }, known));
    expect(places(3)).toEqual(['old', 'old', 'old', 'next', 'gap']);
    expect(places(undefined)).toEqual(['next', 'gap', 'gap', 'gap', 'gap']);
  });
});

describe('the fate of a message', () => {
  it.each([
    [unavailable('store-unavailable', 'away'), 'busy'],
    [tooMany('slowly'), 'busy'],
    [Object.assign(new Error('away'), { name: 'MongoNetworkError' }), 'busy'],
    [conflict('order-closed', 'no'), 'failed'],
    [new TypeError('a bug'), 'failed'],
    ['a text', 'failed'],
    [new UnprocessableMessage('refused', 'odd'), 'dead'],
  ])('after %s is %s', (error, fate) => expect(fateOf(error)).toBe(fate));
});
