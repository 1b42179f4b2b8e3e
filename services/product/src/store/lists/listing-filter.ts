import type { Filter } from 'mongodb';
import { priceKey } from '../../domain/listing/listing-entry.ts';
import type { Listing, Order } from '../../domain/listing/listing.ts';
import type { Conditions } from '../../domain/listing/terms.ts';
import type { ProductDocument } from '../documents.ts';

export type ProductFilter = Filter<ProductDocument>;
type Bounds = { $gt?: string; $lt?: string };

/** Products with these terms and a price within the bounds of the list: read by the index of terms. */
export function byTerms({ all, oneOf }: Conditions, listing: Listing): ProductFilter {
  const parts = [
    ...(all.length === 0 ? [] : [{ terms: all.length === 1 ? all[0] : { $all: all } }]),
    ...oneOf.map((group) => ({ terms: { $in: group } })),
  ];
  const prices = hasPriceBounds(listing) ? { [`order.price${listing.currency}`]: priceBounds(listing) } : {};
  return { ...(parts.length === 1 ? parts[0] : { $and: parts }), ...prices } as ProductFilter;
}

/** Products of the shelf from behind a position on: read in the order of the list. */
export function byOrder(listing: Listing, order: Order, after: string | null): ProductFilter {
  const position = order.direction === 1 ? { $gt: after ?? '' } : { $lt: after ?? '\uffff' };
  const price = `price${listing.currency}`;
  const prices = hasPriceBounds(listing) ? { [`order.${price}`]: priceBounds(listing) } : {};
  const range = order.key === price ? tightest(priceBounds(listing), position) : position;
  return {
    [`shelf.level${listing.level}`]: listing.shelf,
    ...prices,
    [`order.${order.key}`]: range,
  } as ProductFilter;
}

export function hasPriceBounds({ minPrice, maxPrice }: Listing): boolean {
  return (minPrice ?? maxPrice) !== null;
}

function priceBounds({ minPrice, maxPrice }: Listing): Bounds {
  return {
    $gt: minPrice === null ? '' : priceKey(minPrice),
    ...(maxPrice === null ? {} : { $lt: priceKey(maxPrice + 1) }),
  };
}

function tightest(bounds: Bounds, position: Bounds): Bounds {
  const isText = (value: string | undefined) => value !== undefined;
  const above = [bounds.$gt, position.$gt].filter(isText).sort().at(-1);
  const below = [bounds.$lt, position.$lt].filter(isText).sort()[0];
  return { ...(above === undefined ? {} : { $gt: above }), ...(below === undefined ? {} : { $lt: below }) };
}
