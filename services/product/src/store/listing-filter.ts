import type { Filter } from 'mongodb';
import { priceKey } from '../domain/listing-entry.ts';
import type { Choice, Listing, Order } from '../domain/listing.ts';
import type { ProductDocument } from './documents.ts';
import { orderIndexName } from './indexes.ts';
import type { SearchFilter } from './search.ts';

type Conditions = Record<string, unknown>;

/** What a product of the list must fulfil. `without` leaves out the choice of one attribute, for its own facet. */
export function filterOf(listing: Listing, search: SearchFilter | null, without?: string): Filter<ProductDocument> {
  const choices = listing.choices.filter(({ name }) => name !== without).map(oneOf);
  const conditions: Conditions = {
    [`shelf.level${listing.level}`]: listing.shelf,
    [`order.price${listing.currency}`]: priceBounds(listing),
    ...(listing.inStock === null ? {} : { 'listed.inStock': listing.inStock }),
    ...search,
    ...(choices.length === 0 ? {} : { $and: choices }),
  };
  return conditions as Filter<ProductDocument>;
}

/** The list from behind a position on: its key bounds the index, whether there is a position or not. */
export function filterAfter(
  filter: Filter<ProductDocument>,
  { key, direction }: Order,
  after: string | null,
): Filter<ProductDocument> {
  const field = `order.${key}`;
  const bounds = (filter as Conditions)[field] as Conditions | undefined;
  const position = direction === 1 ? { $gt: after ?? '' } : { $lt: after ?? '\uffff' };
  return { ...filter, [field]: tightest({ ...bounds }, position) };
}

/**
 * The index that finds what a list is narrowed to: by its words, its attributes or its prices. Null where the list is its
 * whole shelf, or all but what is out of stock.
 */
export function narrowingIndex({ search, choices, minPrice, maxPrice, level, currency }: Listing): string | null {
  if (search !== null) return 'terms';
  if (choices.length > 0) return 'facets';
  return (minPrice ?? maxPrice) === null ? null : orderIndexName(level, `price${currency}`);
}

/** Also what makes a product without a price in this currency stay out of the list. */
function priceBounds({ minPrice, maxPrice }: Listing): Conditions {
  return {
    $gt: minPrice === null ? '' : priceKey(minPrice),
    ...(maxPrice === null ? {} : { $lt: priceKey(maxPrice + 1) }),
  };
}

function oneOf({ name, values }: Choice): Conditions {
  return { 'listed.facets': { $in: values.map((value) => `${name}=${value}`) } };
}

function tightest(bounds: Conditions, position: { $gt?: string; $lt?: string }): Conditions {
  const above = [bounds['$gt'], position.$gt]
    .filter((value) => typeof value === 'string')
    .sort()
    .at(-1);
  const below = [bounds['$lt'], position.$lt].filter((value) => typeof value === 'string').sort()[0];
  return { ...(above === undefined ? {} : { $gt: above }), ...(below === undefined ? {} : { $lt: below }) };
}
