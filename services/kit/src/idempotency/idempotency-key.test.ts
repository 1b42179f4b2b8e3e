import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIdempotencyKey } from './idempotency-key.ts';

const characters = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

describe('an idempotency key', () => {
  it('is any ASCII text within quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 1, maxLength: 255 }), (key) => {
        expect(readIdempotencyKey(`"${key.replace(/["\\]/g, '\\$&')}"`, 'required')).toBe(key);
      }),
    );
  });

  it('may come without quotes', () => {
    expect(readIdempotencyKey('8e03978e-40d5-43dd-bc93-6894a57f9324', 'required')).toBe(
      '8e03978e-40d5-43dd-bc93-6894a57f9324',
    );
  });

  it.each([
    '',
    '""',
    '"',
    '"a',
    '"a"b"',
    '"a"; b=1',
    '"a", "b"',
    String.raw`"\a"`,
    'ä',
    '"ä"',
    'a\tb',
    'a'.repeat(256),
  ])('is not %j', (header) => {
    expect(() => readIdempotencyKey(header, 'optional')).toThrow(/ASCII/);
  });

  it('may be missing only where the route says so', () => {
    expect(readIdempotencyKey(undefined, 'optional')).toBeNull();
    expect(() => readIdempotencyKey(undefined, 'required')).toThrow(/Idempotency-Key/);
  });
});
