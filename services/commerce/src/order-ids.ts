import { z } from 'zod';

/** An order's data lies in one of 4096 buckets, the hash of its buyer; its id and its number carry the bucket, so either finds it. */
const bucketBits = 12;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** UUIDv8 (RFC 9562 5.8): 48 bits of Unix milliseconds, version 8, 12 bits of bucket, variant, 62 random bits. Sorts by time. */
export const OrderId = z
  .string()
  .regex(uuidPattern, 'must be the id of an order')
  .meta({ id: 'OrderId', description: 'UUIDv8 of an order', example: '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90' });
export type OrderId = z.infer<typeof OrderId>;

/** `random`: 8 random bytes, of which 62 bits are used. */
export function orderIdOf({ at, bucket, random }: { at: Date; bucket: number; random: Uint8Array }): OrderId {
  const tail = hex(random, 8);
  const variant = (0x8 | (Number.parseInt(tail.charAt(0), 16) & 0x3)).toString(16);
  const time = at.getTime().toString(16).padStart(12, '0');
  const middle = `8${checkedBucket(bucket).toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}

export function bucketOfOrderId(id: OrderId): number {
  return Number.parseInt(id.slice(15, 18), 16);
}

export function timeOfOrderId(id: OrderId): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** Crockford's base 32: no I, L, O, U; the last five are for the check character only. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U';
const digits = 10;
const numberPattern = /^[0-9A-HJKMNP-TV-Z]{10}[0-9A-HJKMNP-Z*~$=]$/;

/** What a person reads out: 12 bits of bucket and 38 random bits in Crockford's base 32, and its check character (mod 37). */
export const OrderNumber = z
  .string()
  .regex(numberPattern, 'must be the number of an order')
  .refine((text) => readOrderNumber(text) === text, 'must be the number of an order')
  .meta({ id: 'OrderNumber', description: 'Number of an order, for people', example: 'FWB81QE775E' });
export type OrderNumber = z.infer<typeof OrderNumber>;

/** `random`: 5 random bytes, of which 38 bits are used. Unique only together with the bucket, and only once the database says so. */
export function orderNumberOf({ bucket, random }: { bucket: number; random: Uint8Array }): OrderNumber {
  const low = Number.parseInt(hex(random, 5), 16) % 2 ** 38;
  const value = checkedBucket(bucket) * 2 ** 38 + low;
  let text = '';
  for (let rest = value; text.length < digits; rest = Math.floor(rest / 32)) text = alphabet.charAt(rest % 32) + text;
  return text + checkCharacter(value);
}

/** The number that somebody typed or read out, whatever the case, with O for 0, I or L for 1, and hyphens or spaces; undefined if it is none. */
export function readOrderNumber(text: string): string | undefined {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (!numberPattern.test(plain)) return undefined;
  return checkCharacter(valueOf(plain)) === plain.charAt(digits) ? plain : undefined;
}

export function bucketOfOrderNumber(number: OrderNumber): number {
  return Math.floor(valueOf(number) / 2 ** 38);
}

/** 50 bits: exact in a double. */
function valueOf(number: string): number {
  let value = 0;
  for (const character of number.slice(0, digits)) value = value * 32 + alphabet.indexOf(character);
  return value;
}

function checkCharacter(value: number): string {
  return alphabet.charAt(value % 37);
}

function hex(random: Uint8Array, bytes: number): string {
  if (random.length !== bytes) throw new RangeError(`${bytes} random bytes are needed, not ${random.length}`);
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function checkedBucket(bucket: number): number {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= 2 ** bucketBits)
    throw new RangeError(`${bucket} is not a bucket`);
  return bucket;
}
