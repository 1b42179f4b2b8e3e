import type { ShippingRate } from '../contract.ts';
import type { Quote } from '../contract/quote.ts';
import type { Rate } from './carrier.ts';

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
): (Quote & Pick<ShippingRate, 'days'>)[] {
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
