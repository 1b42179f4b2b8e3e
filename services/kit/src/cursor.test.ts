import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cursorScope, readCursor, signCursor } from './cursor.ts';

const key = Buffer.alloc(32, 1);
const scope = cursorScope('notes', { q: 'mug' });
const position = z.json();
const bad = expect.objectContaining({ kind: 'invalid', code: 'bad-cursor' }) as Error;
const jsonValue = fc
  .jsonValue()
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('a cursor', () => {
  it('gives back the position that was signed, whatever it is', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(readCursor(key, signCursor(key, value, scope), scope, position)).toEqual(value);
      }),
    );
  });

  it('is refused when any of its characters is another', () => {
    const cursor = signCursor(key, { after: ['2026-01-01', 'n42'] }, scope);
    fc.assert(
      fc.property(
        fc.nat(cursor.length - 1),
        fc.constantFrom('A', 'B', 'x', 'y', '0', '9', '-', '_', '.'),
        (at, character) => {
          const forged = cursor.slice(0, at) + character + cursor.slice(at + 1);
          fc.pre(forged !== cursor);
          expect(() => readCursor(key, forged, scope, position)).toThrow(bad);
        },
      ),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor(key, text, scope, position)).toThrow(bad);
      }),
    );
  });

  it('is refused under another key, for another list and with another query', () => {
    const cursor = signCursor(key, 1, scope);
    expect(() => readCursor(Buffer.alloc(32, 2), cursor, scope, position)).toThrow(bad);
    expect(() => readCursor(key, cursor, cursorScope('notes', { q: 'cup' }), position)).toThrow(bad);
    expect(() => readCursor(key, cursor, cursorScope('others', { q: 'mug' }), position)).toThrow(bad);
  });

  it('is refused when an older release signed another shape', () => {
    const cursor = signCursor(key, { page: 2 }, scope);
    expect(() => readCursor(key, cursor, scope, z.strictObject({ after: z.string() }))).toThrow(bad);
  });

  it('names its field, so that the client knows what to leave out', () => {
    const fields = [expect.objectContaining({ field: 'cursor' }) as object];
    const named = expect.objectContaining({ details: { fields } }) as Error;
    expect(() => readCursor(key, 'x', scope, position)).toThrow(named);
  });
});

describe('the scope of a cursor', () => {
  it('does not depend on the order of the query, the page size and the cursor itself', () => {
    expect(cursorScope('notes', { b: '2', a: ['1'], limit: 5, cursor: 'x', c: undefined })).toBe(
      cursorScope('notes', { a: ['1'], b: '2', limit: 50 }),
    );
  });
});
