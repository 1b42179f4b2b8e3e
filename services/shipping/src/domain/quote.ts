import { Country, Postcode } from '@storefront/commerce/address';
import { Money } from '@storefront/commerce/money';
import { z } from 'zod';
import type { QuoteReading, ShippingRate } from '../contract.ts';
import type { Rate } from './carrier.ts';

/** What a quote says; it is signed and nothing of it is kept. */
export const QuoteContent = z.strictObject({
  carrier: z.string(),
  service: z.string(),
  name: z.string(),
  price: Money,
  cartId: z.uuid(),
  cartVersion: z.int(),
  country: Country,
  postcode: Postcode,
  expiresAt: z.iso.datetime(),
});
export type QuoteContent = z.infer<typeof QuoteContent>;

const livesMs = 30 * 60_000;
const offersAtMost = 10;

/** A cart as far as its parcel's price goes. */
export type QuotedCart = { cartId: string; version: number; currency: string };
export type Destination = { country: string; postcode: string };

/**
 * What a customer may choose from, cheapest first. The price is the carrier's rate as it is, tax included; a rate in another currency
 * than the cart's is not offered, as nobody says at which exchange.
 */
export function offersOf(
  rates: readonly Rate[],
  { carrier, cart, destination, now }: { carrier: string; cart: QuotedCart; destination: Destination; now: Date },
): (QuoteContent & Pick<ShippingRate, 'days'>)[] {
  const { cartId, version: cartVersion, currency } = cart;
  const expiresAt = new Date(now.getTime() + livesMs).toISOString();
  return rates
    .filter(({ price }) => price.currency === currency)
    .toSorted((a, b) => a.price.amountMinor - b.price.amountMinor)
    .slice(0, offersAtMost)
    .map(({ service, name, price, days }) => ({
      carrier,
      service,
      name,
      price,
      days,
      cartId,
      cartVersion,
      expiresAt,
      ...destination,
    }));
}

/** Why a quote is not good for this order; undefined if it is. */
export function quoteProblem(
  content: QuoteContent,
  reading: Omit<QuoteReading, 'quote'>,
  now: Date,
): 'mismatch' | 'expired' | undefined {
  const isSame =
    content.cartId === reading.cartId &&
    content.cartVersion === reading.cartVersion &&
    content.country === reading.country &&
    comparable(content.postcode) === comparable(reading.postcode);
  if (!isSame) return 'mismatch';
  return Date.parse(content.expiresAt) <= now.getTime() ? 'expired' : undefined;
}

/** However a person writes it: `sw1a 1aa` is `SW1A1AA`. */
export const comparable = (postcode: string): string => postcode.replace(/[\s-]/g, '').toUpperCase();
