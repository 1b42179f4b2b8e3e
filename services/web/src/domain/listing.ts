/** A list of products as its address says it: narrowed, sorted, paged. */
import { sorts } from '@storefront/product/contract';
import { currencyOf, isSlug, withQuery, type Currencies } from './links.ts';

export type Sort = (typeof sorts)[number];

/** Where a list of products is: all of them, one category's, or what was searched for. */
export type Listing = {
  at: 'products' | 'category' | 'search';
  q: string;
  category: string | null;
  attributes: ReadonlyMap<string, readonly string[]>;
  /** In whole currency units as the customer typed them, `12.50`; empty when not given. */
  min: string;
  max: string;
  inStock: boolean;
  sort: Sort | null;
  cursor: string | null;
  currency: string;
};

/** What the API takes. */
const most = { attributes: 10, values: 20 };
const attributeKey = /^attribute\.([a-z][a-zA-Z0-9]{0,31})$/;
const amountShape = /^\d{1,9}([.,]\d{1,3})?$/;

/** Reads a list's address leniently: what makes no sense is left out, since a shared link should still show products. */
export function readListing(
  at: Listing['at'],
  slug: string | null,
  query: URLSearchParams,
  currencies: Currencies,
): Listing {
  const category = slug ?? query.get('category') ?? '';
  return {
    at,
    q: at === 'search' ? wordsOf(query) : '',
    category: isSlug(category) ? category : null,
    attributes: readAttributes(query),
    ...readBounds(query),
    inStock: query.get('inStock') === 'true',
    sort: readSort(at, query),
    cursor: query.get('cursor')?.slice(0, 1000) || null,
    currency: currencyOf(query, currencies),
  };
}

/** Bounds the wrong way round are meant the right way round. */
function readBounds(query: URLSearchParams): { min: string; max: string } {
  const min = amount(query.get('min'));
  const max = amount(query.get('max'));
  return min !== '' && max !== '' && Number(min) > Number(max) ? { min: max, max: min } : { min, max };
}

function readSort(at: Listing['at'], query: URLSearchParams): Sort | null {
  const sort = sorts.find((one) => one === query.get('sort')) ?? null;
  return at !== 'search' && sort === 'relevance' ? null : sort;
}

function readAttributes(query: URLSearchParams): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  for (const [key, value] of query) {
    const name = attributeKey.exec(key)?.[1];
    const text = value.trim();
    if (name && text && text.length <= 80) choose(attributes, name, text);
  }
  return attributes;
}

function choose(attributes: Map<string, string[]>, name: string, value: string): void {
  const values = attributes.get(name) ?? [];
  if (values.includes(value) || values.length >= most.values) return;
  if (values.length === 0 && attributes.size >= most.attributes) return;
  attributes.set(name, [...values, value]);
}

/** What was searched for, spaces and control characters apart. */
export const wordsOf = (query: URLSearchParams): string =>
  (query.get('q') ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .trim();

const amount = (text: string | null): string => {
  const trimmed = text?.trim() ?? '';
  return amountShape.test(trimmed) ? trimmed.replace(',', '.') : '';
};

/** Whether the customer narrowed the list, sorting and paging apart. */
export const isNarrowed = (listing: Listing): boolean =>
  listing.attributes.size > 0 ||
  listing.min !== '' ||
  listing.max !== '' ||
  listing.inStock ||
  (listing.at !== 'category' && listing.category !== null);

const paths = {
  products: () => '/products',
  search: () => '/search',
  category: (listing: Listing) => `/categories/${listing.category}`,
};

/** The one address of a list. Parameters are in a fixed order. */
export function listingAddress(listing: Listing, currencies: Currencies): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | null) => value && query.append(key, value);
  put('q', listing.q);
  put('category', listing.at === 'category' ? null : listing.category);
  for (const name of [...listing.attributes.keys()].toSorted())
    for (const value of listing.attributes.get(name)?.toSorted() ?? []) put(`attribute.${name}`, value);
  put('min', listing.min);
  put('max', listing.max);
  put('inStock', listing.inStock ? 'true' : null);
  put('sort', listing.sort);
  put('cursor', listing.cursor);
  put('currency', listing.currency === currencies[0] ? null : listing.currency);
  return withQuery(paths[listing.at](listing), query);
}
