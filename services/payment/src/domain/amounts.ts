import { exponentOf, money, type Money } from '@storefront/commerce/money';
import { amountNotChargeable } from './errors.ts';

/**
 * Where Stripe's smallest unit has another number of digits than two. https://docs.stripe.com/currencies#zero-decimal
 * ISK and UGX have none in ISO 4217, but two here; of three digits the last must be 0.
 */
const digits: Readonly<Record<string, number>> = Object.fromEntries([
  ...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, 3]),
]);

export type StripeAmount = { amount: number; currency: string };

/** In Stripe's smallest unit and its spelling of the currency; throws `amount-not-chargeable` where a card cannot be charged so finely. */
export function toStripeAmount({ amountMinor, currency }: Money): StripeAmount {
  const stripeDigits = digits[currency] ?? 2;
  const amount = amountMinor * 10 ** (stripeDigits - exponentOf(currency));
  const step = stripeDigits === 3 ? 10 : 1;
  if (!Number.isInteger(amount) || amount % step !== 0)
    throw amountNotChargeable((step / 10 ** stripeDigits).toString(), currency);
  return { amount, currency: currency.toLowerCase() };
}

export function fromStripeAmount({ amount, currency }: StripeAmount): Money {
  const code = currency.toUpperCase();
  return money(Math.round(amount * 10 ** (exponentOf(code) - (digits[code] ?? 2))), code);
}
