import type { Money } from '@storefront/commerce/money';
import type { Rate } from './carrier.ts';
import type { StoredShipment } from './shipment.ts';

/**
 * A decision to buy at a rate, kept before the carrier is asked. A retry is the same attempt; a higher number is another rate, because
 * the one before could not be bought any more.
 */
export type LabelAttempt = {
  readonly attempt: number;
  readonly carrierId: string;
  readonly rateId: string;
  readonly price: Money;
  /** `open`: it may have been bought. */
  readonly state: AttemptState;
  /** When the carrier was asked last; an answer may be on its way. */
  readonly askedAt: Date;
};
export type AttemptState = 'open' | 'bought' | 'refused' | 'expired';

/** How much more than what was paid, or asked at first, a label may cost: percent. */
export const tolerancePercent = 20;

/** How often a service is looked for among the rates: a carrier that its broker cannot reach has none for a while. */
export const ratingTries = 10;

/** At which rate to buy. `missing`: the carrier does not offer the service now. */
export function chooseRate(
  { service, price, address }: StoredShipment,
  rates: readonly Rate[],
  attempts: readonly LabelAttempt[],
): Rate | { refusal: string } | 'missing' {
  const offered = rates.filter((rate) => rate.service === service);
  const [rate] = offered.toSorted((a, b) => a.price.amountMinor - b.price.amountMinor);
  if (!rate) return 'missing';
  const expected = price ?? attempts[0]?.price;
  if (!expected || isWithin(rate.price, expected)) return rate;
  const [asked, paid] = [rate.price, expected].map(({ amountMinor, currency }) => `${amountMinor} ${currency}`);
  return { refusal: `${service} to ${address.country} costs ${asked} (minor units) by now, not ${paid}.` };
}

/** Amounts of two currencies cannot be compared: what was paid then says nothing of what a label may cost. */
function isWithin(asked: Money, expected: Money): boolean {
  if (asked.currency !== expected.currency) return true;
  return asked.amountMinor * 100 <= expected.amountMinor * (100 + tolerancePercent);
}
