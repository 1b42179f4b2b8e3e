import { exponentOf, toDecimal, type Money } from '@storefront/commerce/money';
import type { Variant } from '@storefront/product/contract';

/** A variant not priced in the customer's currency shows the price it has rather than none. */
export function priceIn(variant: Variant, currency: string): Money {
  const price = variant.prices.find((one) => one.currency === currency) ?? variant.prices[0];
  if (!price) throw new TypeError(`variant ${variant.sku} has no price`);
  return price;
}

/** `12.5` EUR as typed is 1250 in the smallest unit; digits the currency does not have are cut. */
export function minorOf(typed: string, currency: string): number {
  const [whole = '0', fraction = ''] = typed.split('.');
  const exponent = exponentOf(currency);
  return Number(whole + fraction.padEnd(exponent, '0').slice(0, exponent));
}

/** Whole currency units around a price, as a hint in the price fields: down for the lowest, up for the highest. */
export function wholeUnits(price: Money, round: 'down' | 'up'): string {
  const units = Number(toDecimal(price));
  return String(round === 'down' ? Math.floor(units) : Math.ceil(units));
}
