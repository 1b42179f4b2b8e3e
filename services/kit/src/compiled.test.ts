import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compiled } from './compiled.ts';

const Line = z.strictObject({ sku: z.string().regex(/^[a-z]+$/), units: z.coerce.number().int().min(1) });
const Note = z.strictObject({
  lines: z.array(Line).max(2),
  text: z.string().trim().exactOptional(),
  tags: z.union([z.string(), z.array(z.string())]).transform((tags) => [tags].flat()),
});
const given = { lines: [{ sku: 'mug', units: '2' }], tags: 'a' };

describe('a compiled schema', () => {
  it('reads what the schema reads', () => {
    expect(compiled(Note).parse(given)).toEqual({ lines: [{ sku: 'mug', units: 2 }], tags: ['a'] });
    expect(compiled(Note).parse({ ...given, text: ' x ' })).toEqual(Note.parse({ ...given, text: ' x ' }));
  });

  it.each([
    ['an inner field', { ...given, lines: [{ sku: 'mug', units: 1, cost: 3 }] }],
    ['a field too many', { ...given, secret: 1 }],
    ['a missing one', { tags: 'a' }],
    ['one that is undefined', { ...given, text: undefined }],
    ['another type', { ...given, lines: 'mug' }],
    ['too many', { ...given, lines: Array.from({ length: 3 }, () => given.lines[0]) }],
    ['nothing', null],
  ])('refuses %s as the schema does', (_, value) => {
    const refused = compiled(Note).safeParse(value);
    expect(refused.success).toBe(false);
    expect(refused.error?.issues).toEqual(Note.safeParse(value).error?.issues);
  });

  it('is made once, and is none of the schema itself', () => {
    expect(compiled(Note)).toBe(compiled(Note));
    expect(compiled(Note)).not.toBe(Note);
  });
});
