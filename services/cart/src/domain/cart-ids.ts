import { Currency } from '@storefront/commerce/money';
import type { CartId } from '../contract.ts';

const letters = 26;
const pattern = /^([0-9a-f]{4})[0-9a-f]{4}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * UUIDv8 (RFC 9562 5.8) whose first 16 bits are the cart's currency and whose others are random. A cart keeps its currency, so
 * what an item costs can be asked before the cart is read: a change is one round trip to the store. `random`: 16 bytes.
 */
export function cartIdOf({ currency, random }: { currency: Currency; random: Uint8Array }): CartId {
  const digits = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (digits.length !== 32) throw new RangeError(`16 random bytes are needed, not ${random.length}`);
  const variant = (0x8 | (Number.parseInt(digits.charAt(16), 16) & 0x3)).toString(16);
  const first = numberOf(currency).toString(16).padStart(4, '0');
  return `${first}${digits.slice(4, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** Undefined for a UUID that is no cart's. */
export function currencyOfCartId(cartId: string): Currency | undefined {
  const first = pattern.exec(cartId)?.[1];
  const number = first === undefined ? letters ** 3 : Number.parseInt(first, 16);
  if (number >= letters ** 3) return undefined;
  const places = [Math.floor(number / letters ** 2), Math.floor(number / letters) % letters, number % letters];
  return String.fromCharCode(...places.map((place) => 65 + place));
}

function numberOf(currency: Currency): number {
  return Array.from(Currency.parse(currency)).reduce(
    (number, letter) => number * letters + letter.charCodeAt(0) - 65,
    0,
  );
}
