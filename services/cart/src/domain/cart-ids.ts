import { Currency } from '@storefront/commerce/money';
import type { CartId } from '../contract.ts';

const letters = 26;
const pattern = /^([0-9a-f]{4})[0-9a-f]{4}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * UUIDv8 (RFC 9562 5.8) whose first 16 bits are the cart's currency and whose others are random, as they are in `uuid`, a UUIDv4. A
 * cart keeps its currency, so what an item costs can be asked before the cart is read: a change is one round trip to the store.
 */
export function cartIdOf({ currency, uuid }: { currency: Currency; uuid: string }): CartId {
  if (!random.test(uuid)) throw new RangeError(`a random UUID is needed, not ${uuid}`);
  const first = numberOf(currency).toString(16).padStart(4, '0');
  return `${first}${uuid.slice(4, 14)}8${uuid.slice(15)}`;
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
