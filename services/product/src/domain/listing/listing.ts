import { invalid } from '@storefront/kit/errors';
import { ProductQuery } from '../../contract.ts';
import { pathTo, type Categories } from '../categories.ts';
import { unknownCategory } from '../errors.ts';
import { everything, priceOrder } from './listing-entry.ts';
import { readSearchQuery, type SearchQuery } from '../search/rank.ts';

/** A list as it was asked for, every default filled in. */
export type Listing = {
  currency: string;
  /** Null without `q`; one without words matches nothing. */
  search: SearchQuery | null;
  /** The shelf to read: level and slug of the category, or level 0. */
  level: number;
  shelf: string;
  minPrice: number | null;
  maxPrice: number | null;
  inStock: boolean | null;
  /** Attribute by attribute, sorted: any of its values, and one of each attribute. */
  choices: readonly Choice[];
  sort: 'relevance' | 'newest' | 'price' | '-price' | 'name';
  limit: number;
  wantsFacets: boolean;
};
export type Choice = { name: string; values: string[] };

/** By which key of `order` a list is read, and which way. */
export type Order = { key: string; direction: 1 | -1 };

const attributeField = /^attribute\.([a-z][a-zA-Z0-9]{0,31})$/;
const mostChoices = 10;
const mostValues = 20;
const longestValue = 80;

export function readListing(query: ProductQuery, currencies: readonly string[], categories: Categories): Listing {
  const currency = query.currency ?? currencies[0] ?? '';
  if (!currencies.includes(currency)) throw badField('currency', `must be one of ${currencies.join(', ')}`);
  return {
    currency,
    search: query.q === undefined ? null : readSearchQuery(query.q),
    ...shelfOf(query.category, categories),
    ...pricesOf(query),
    inStock: query.inStock === undefined ? null : query.inStock === 'true',
    choices: readChoices(query),
    sort: sortOf(query),
    limit: query.limit ?? 24,
    wantsFacets: query.facets === 'true',
  };
}

export function orderOf({ sort, currency }: Listing): Order {
  if (sort === 'name') return { key: 'name', direction: 1 };
  if (sort === 'price') return { key: priceOrder(currency), direction: 1 };
  if (sort === '-price') return { key: priceOrder(currency), direction: -1 };
  return { key: 'newest', direction: -1 };
}

/** What a cursor is bound to: everything that decides which products come in which order. */
export function identityOf({ limit: _limit, wantsFacets: _wantsFacets, ...listing }: Listing): Record<string, unknown> {
  return listing;
}

function sortOf({ sort, q }: ProductQuery): Listing['sort'] {
  if (sort !== undefined && sort !== 'relevance') return sort;
  return q === undefined ? 'newest' : 'relevance';
}

function pricesOf(query: ProductQuery): Pick<Listing, 'minPrice' | 'maxPrice'> {
  const { minPrice, maxPrice }: { minPrice: number | null; maxPrice: number | null } = {
    minPrice: null,
    maxPrice: null,
    ...query,
  };
  if (minPrice !== null && maxPrice !== null && minPrice > maxPrice)
    throw badField('minPrice', 'must not be above maxPrice');
  return { minPrice, maxPrice };
}

function shelfOf(category: string | undefined, categories: Categories): { level: number; shelf: string } {
  if (category === undefined) return { level: 0, shelf: everything };
  const path = pathTo(categories, category);
  if (!path) throw unknownCategory(category);
  return { level: path.length, shelf: category };
}

function readChoices(query: ProductQuery): Choice[] {
  const choices = Object.entries(query).flatMap(([field, given]) => {
    if (Object.hasOwn(ProductQuery.shape, field)) return [];
    const name = attributeField.exec(field)?.[1];
    if (name === undefined) throw badField(field, 'is not a field of this query');
    return [{ name, values: readValues(field, given) }];
  });
  if (choices.length > mostChoices)
    throw badField(`attribute.${choices[mostChoices]?.name}`, 'is one attribute too many');
  return choices.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readValues(field: string, given: unknown): string[] {
  const values = [...new Set([given].flat())];
  if (values.length > mostValues) throw badField(field, `has more than ${mostValues} values`);
  return values
    .map((value) => {
      if (typeof value === 'string' && value !== '' && value.length <= longestValue) return value;
      throw badField(field, `must be text of 1 to ${longestValue} letters`);
    })
    .sort();
}

function badField(field: string, message: string) {
  return invalid('invalid-request', 'The request is not valid.', [{ field, message }]);
}
