import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const prepared = new WeakMap<Buffer, KeyObject>();

/** HMAC-SHA256 of a text for one use of the key: `use` must not have U+0000. */
export function macOf(key: Buffer, use: string, text: string): Buffer {
  return createHmac('sha256', preparedKey(key)).update(`${use}\0${text}`).digest();
}

/** Node makes a key object of bytes at each use, by way of an exception: that took 100 µs in a process at work, the MAC itself takes 5. */
function preparedKey(key: Buffer): KeyObject {
  const known = prepared.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  prepared.set(key, made);
  return made;
}
