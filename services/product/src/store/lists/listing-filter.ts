import type { Filter } from 'mongodb';
import { endOf, orderName, placeOn, priceKey, priceOrder } from '../../domain/listing/listing-entry.ts';
import type { Listing, Order } from '../../domain/listing/listing.ts';
import type { Conditions } from '../../domain/listing/terms.ts';
import type { EntryDocument } from '../documents.ts';

export type EntryFilter = Filter<EntryDocument>;
type Bounds = { $gt: string; $lt: string };

/** Products with these terms and a price within the bounds of the list: read by the index of terms. */
export function byTerms({ all, oneOf }: Conditions, listing: Listing): EntryFilter {
  const parts = [
    ...(all.length === 0 ? [] : [{ terms: all.length === 1 ? all[0] : { $all: all } }]),
    ...oneOf.map((group) => ({ terms: { $in: group } })),
  ];
  return { ...(parts.length === 1 ? parts[0] : { $and: parts }), ...withinPrices(listing) } as EntryFilter;
}

/** Products of the shelf from behind a position on: read in the order of the list. */
export function byOrder(listing: Listing, order: Order, after: string | null): EntryFilter {
  const { $gt, $lt } = order.key === priceOf(listing) ? priceBounds(listing) : shelfBounds(listing);
  const rest = order.direction === 1 ? { $gt: later($gt, after), $lt } : { $gt, $lt: earlier($lt, after) };
  return { ...withinPrices(listing), [fieldOf(listing, order.key)]: rest } as EntryFilter;
}

/** Where the places of the list's shelf in an order are. */
export function fieldOf({ level }: Listing, order: string): string {
  return `order.${orderName(order, level)}`;
}

export function cardField({ currency }: Listing): string {
  return `cards.${currency}`;
}

export function hasPriceBounds({ minPrice, maxPrice }: Listing): boolean {
  return (minPrice ?? maxPrice) !== null;
}

/** The order by the price that the list shows. */
export function priceOf({ currency }: Listing): string {
  return priceOrder(currency);
}

/** What of the shelf, in the order of prices, is within the bounds of the list. */
export function priceBounds({ shelf, minPrice, maxPrice }: Listing): Bounds {
  return {
    $gt: placeOn(shelf, minPrice === null ? '' : priceKey(minPrice)),
    $lt: maxPrice === null ? endOf(shelf) : placeOn(shelf, priceKey(maxPrice + 1)),
  };
}

function withinPrices(listing: Listing): EntryFilter {
  return hasPriceBounds(listing) ? ({ [fieldOf(listing, priceOf(listing))]: priceBounds(listing) } as EntryFilter) : {};
}

function shelfBounds({ shelf }: Listing): Bounds {
  return { $gt: placeOn(shelf), $lt: endOf(shelf) };
}

function later(bound: string, position: string | null): string {
  return position !== null && position > bound ? position : bound;
}

function earlier(bound: string, position: string | null): string {
  return position !== null && position < bound ? position : bound;
}
