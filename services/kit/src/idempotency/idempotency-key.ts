import { invalid } from '../errors.ts';

const field = 'Idempotency-Key';
const maxLength = 255;

/**
 * The key in `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a structured field's string, `"8e03978e"`, or, as
 * many send it, without the quotes. Null without one, where the route lets that be; else 400.
 */
export function readIdempotencyKey(header: string | undefined, wish: 'required' | 'optional'): string | null {
  if (header === undefined) {
    if (wish === 'optional') return null;
    throw refusal('idempotency-key-missing', `Send ${field}, so that this is done once however often it is sent.`);
  }
  const key = header.startsWith('"') ? stringOf(header) : header;
  if (key === undefined || !/^[\x20-\x7e]+$/.test(key) || key.length > maxLength)
    throw refusal('bad-idempotency-key', `${field} must be one text of 1 to ${maxLength} ASCII characters.`);
  return key;
}

/** RFC 9651 3.3.3: only quotes and backslashes are escaped. */
function stringOf(header: string): string | undefined {
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1];
  return quoted?.replace(/\\(.)/g, '$1');
}

function refusal(code: string, message: string) {
  return invalid(code, message, [{ field, message: `must be a text of 1 to ${maxLength} characters` }]);
}
