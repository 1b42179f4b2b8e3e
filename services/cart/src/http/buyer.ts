import type { BuyerId } from '@storefront/commerce/guest-tokens';
import type { Caller } from '@storefront/kit/caller';
import { scopeMissing, tokenMissing } from '../domain/errors.ts';

/** Who buys: the caller, if a cart's token or a sign-in says who that is. */
export function buyerOf({ sub, scopes }: Pick<Caller, 'sub' | 'scopes'>): BuyerId {
  if (sub === '') throw tokenMissing();
  if (!scopes.includes('cart')) throw scopeMissing();
  return sub;
}
