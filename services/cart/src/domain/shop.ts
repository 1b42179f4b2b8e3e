import type { Currency } from '@storefront/commerce/money';
import type { CartId } from '../contract.ts';
import { currencyOfCartId } from './cart-ids.ts';
import { cartNotFound, countryNotServed, currencyNotOffered, currencyWithdrawn } from './errors.ts';

/** What the shop sells in and delivers to; the first of each is what a cart has that does not say. At least one of each. */
export type ShopLists = { currencies: readonly Currency[]; countries: readonly string[] };

export function currencyFor(wish: Currency | undefined, { currencies }: ShopLists): Currency {
  return listed(wish, currencies, currencyNotOffered);
}

export function countryFor(wish: string | undefined, { countries }: ShopLists): string {
  return listed(wish, countries, countryNotServed);
}

/** The currency of a cart, if the shop still sells in it. */
export function currencyOf(cartId: CartId, { currencies }: ShopLists): Currency {
  const currency = currencyOfCartId(cartId);
  if (currency === undefined) throw cartNotFound(cartId);
  if (!currencies.includes(currency)) throw currencyWithdrawn(currency);
  return currency;
}

function listed(
  wish: string | undefined,
  all: readonly string[],
  refuse: (given: string, all: readonly string[]) => Error,
): string {
  const chosen = wish ?? all[0];
  if (chosen !== undefined && all.includes(chosen)) return chosen;
  throw refuse(String(chosen), all);
}
