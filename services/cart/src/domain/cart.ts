import type { BuyerId } from '@storefront/commerce/guest-tokens';
import type { Sku } from '@storefront/commerce/ids';
import type { Currency, Money } from '@storefront/commerce/money';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, maxLineMinor, totalsOf } from '@storefront/commerce/totals';
import type { Offer } from '@storefront/product/contract/stock';
import type { Cart, CartId, CartItem } from '../contract.ts';

/** What an item was when its units were set: shown as it is now while the catalogue can be asked, and so while it cannot. */
export type Snapshot = Pick<
  CartItem,
  'productId' | 'slug' | 'name' | 'options' | 'image' | 'unitPrice' | 'taxCategory' | 'weightGrams'
>;

export type KeptItem = { sku: Sku; units: number; snapshot: Snapshot };

/** A cart as it is stored; items in the order in which they came. */
export type KeptCart = {
  cartId: CartId;
  buyerId: BuyerId;
  version: number;
  currency: Currency;
  country: string;
  items: readonly KeptItem[];
  updatedAt: Date;
  expiresAt: Date;
};

/** Undefined where the catalogue could not be asked. */
export type Offers = ReadonlyMap<Sku, Offer> | undefined;

/** The snapshot of an offer, or undefined when a cart in this currency cannot have it. */
export function snapshotOf(offer: Offer, currency: Currency): Snapshot | undefined {
  const { offered, productId, slug, name, options, image, price, taxCategory, weightGrams } = offer;
  if (!offered || productId === null || slug === null || name === null || price === null) return undefined;
  if (price.currency !== currency || price.amountMinor < 0) return undefined;
  return { productId, slug, name, options, image, unitPrice: price, taxCategory, weightGrams };
}

/** Whether so many come to no more than a line may. */
export function isWithinLimit({ amountMinor }: Money, units: number): boolean {
  return amountMinor * units <= maxLineMinor;
}

/** The cart as it is shown: every item at its price of now, the tax of its country in the totals. */
export function shownCart(cart: KeptCart, offers: Offers): Cart {
  const items = cart.items.map((item) => shownItem(item, cart, offers));
  return {
    cartId: cart.cartId,
    buyerId: cart.buyerId,
    version: cart.version,
    currency: cart.currency,
    country: cart.country,
    items,
    totals: totalsOf(
      items.map(({ totals }) => totals),
      undefined,
      cart.currency,
    ),
    weightGrams: items.reduce((whole, { weightGrams, units }) => whole + weightGrams * units, 0),
    expiresAt: cart.expiresAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  };
}

function shownItem(item: KeptItem, { currency, country }: KeptCart, offers: Offers): CartItem {
  const { sku, units } = item;
  const offer = offers?.get(sku);
  const snapshot = offer && snapshotOf(offer, currency);
  // What has become too dear for its number of units is shown as it was, and cannot be ordered.
  const offered = snapshot && isWithinLimit(snapshot.unitPrice, units) ? snapshot : undefined;
  const now = offered ?? item.snapshot;
  const { unitPrice, taxCategory } = now;
  const before = item.snapshot.unitPrice;
  return {
    ...now,
    sku,
    units,
    totals: lineTotals({ unitPrice, units, taxRate: taxRateOf(country, taxCategory) }),
    priceChange: before.amountMinor === unitPrice.amountMinor ? null : { from: before, to: unitPrice },
    availability: availabilityOf(units, { isKnown: offers !== undefined, available: offered && offer?.available }),
  };
}

function availabilityOf(
  units: number,
  { isKnown, available }: { isKnown: boolean; available: number | undefined },
): CartItem['availability'] {
  if (!isKnown) return 'unknown';
  if (available === undefined) return 'not-offered';
  if (available === 0) return 'sold-out';
  return available < units ? 'short' : 'available';
}
