import { timingSafeEqual } from 'node:crypto';
import { macOf } from './mac.ts';

/**
 * A capability (W3C TAG, "Good Practices for Capability URLs"): whoever shows it may see one thing, `capabilityFor(key, 'order', id)`,
 * without saying who he is. HMAC-SHA256, 43 characters of base64url; nothing is stored, and it is good for as long as the key is.
 */
export function capabilityFor(key: Buffer, kind: string, id: string): string {
  return macOf(key, kind, id).toString('base64url');
}

/** Whether it is the capability for that thing; takes the same time for any that is not. */
export function isCapabilityFor(key: Buffer, kind: string, id: string, shown: string): boolean {
  const expected = Buffer.from(capabilityFor(key, kind, id));
  const given = Buffer.from(shown);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
