import type { BuyerId } from '@storefront/commerce/guest-tokens';
import type { Sku } from '@storefront/commerce/ids';
import type { Currency } from '@storefront/commerce/money';
import type { Offer } from '@storefront/product/contract/stock';
import type { CartId } from '../contract.ts';
import type { KeptCart, Snapshot } from './cart.ts';

/** Whose cart, and the version that it must have, if any. */
export type Target = { cartId: CartId; buyerId: BuyerId; expectedVersion: number | null };

/**
 * Units that an item shall have. Without a snapshot it keeps the one it has. `which`: to any item, to one that is in the cart, or
 * to one that then has no more units than before.
 */
export type ItemUnits = { sku: Sku; units: number; snapshot: Snapshot | undefined; which: 'any' | 'present' | 'fewer' };

/** Why nothing was changed. `missing` is also another buyer's cart, `absent` an item that it may not be done to. */
export type Refusal = { refused: 'missing' | 'absent' | 'full' | 'too-much' } | { refused: 'stale'; version: string };

/**
 * Where carts are kept. Each change is atomic and raises the version by one, but where nothing is to be changed: then the cart
 * comes back as it is, whatever version was expected, so a change may be repeated.
 */
export type CartStore = {
  create(cart: { cartId: CartId; buyerId: BuyerId; country: string }): Promise<KeptCart>;
  find(cartId: CartId): Promise<KeptCart | undefined>;
  putItem(target: Target, item: ItemUnits): Promise<KeptCart | Refusal>;
  removeItem(target: Target, sku: Sku): Promise<KeptCart | Refusal>;
  setCountry(target: Target, country: string): Promise<KeptCart | Refusal>;
};

/** So old may a price or a stock be that a customer sees. */
export const rememberedSeconds = 5;

/** Who knows what is sold, at what price, and how much of it there is. */
export type Catalogue = {
  /**
   * One for each SKU, in one call at most, and none at all for what was asked shortly before, unless it must be `fresh`. Throws a
   * ServiceError of the kind `unavailable` while the catalogue cannot be asked.
   */
  offers(skus: readonly Sku[], currency: Currency, options?: { fresh?: boolean }): Promise<ReadonlyMap<Sku, Offer>>;
};
