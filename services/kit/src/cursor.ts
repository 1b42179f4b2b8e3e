import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { invalid } from './errors.ts';
import { macOf } from './mac.ts';

/** What a cursor belongs to: the same text for the same list and query, whatever the order of its parts. */
export function cursorScope(list: string, query: Record<string, unknown> = {}): string {
  const entries = Object.entries(query)
    .filter(([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, entries]))
    .digest('base64url')
    .slice(0, 22);
}

/**
 * A keyset position (JSON) as text for the client: `<base64url(JSON)>.<base64url(HMAC-SHA256)>`. It is signed, not
 * encrypted, and good only within `scope` (see cursorScope), so that it cannot be carried over to another list.
 */
export function signCursor(key: Buffer, value: unknown, scope: string): string {
  const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${payload}.${macOf(key, scope, payload).toString('base64url')}`;
}

/** The position that signCursor was given. A forged, foreign or damaged cursor is `invalid('bad-cursor')`. */
export function readCursor<Value>(key: Buffer, text: string, scope: string, schema: z.ZodType<Value>): Value {
  const [payload = '', mac = '', ...rest] = text.split('.');
  const given = Buffer.from(mac, 'base64url');
  const expected = macOf(key, scope, payload);
  const isOurs =
    rest.length === 0 &&
    given.length === expected.length &&
    timingSafeEqual(given, expected) &&
    given.toString('base64url') === mac;
  if (!isOurs) throw badCursor();
  const value = schema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!value.success) throw badCursor();
  return value.data;
}

function badCursor() {
  const message = 'is not a cursor of this list and query: start again without it';
  return invalid('bad-cursor', 'The cursor is not valid here.', [{ field: 'cursor', message }]);
}
