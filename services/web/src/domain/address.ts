/**
 * Which page an address asks for. Each page has exactly one way to be written, so that is also its key in the page
 * cache, and an address someone else decorated (`?utm_source=…`) finds the same page.
 */
import { currencyOf, isSlug, linksIn, type Currencies } from './links.ts';
import { listingAddress, readListing, wordsOf, type Listing } from './listing.ts';

export type Wanted =
  | { kind: 'home'; currency: string }
  | { kind: 'listing'; listing: Listing; currency: string }
  | { kind: 'product'; slug: string; variant: string | null; currency: string }
  | { kind: 'suggestions'; q: string; currency: string };

const skuShape = /^[a-z0-9][a-z0-9-]{0,63}$/;

type Reader = (query: URLSearchParams, currencies: Currencies) => Wanted;

const places: Record<string, Reader> = {
  '/': (query, currencies) => ({ kind: 'home', currency: currencyOf(query, currencies) }),
  '/products': (query, currencies) => listing(readListing('products', null, query, currencies)),
  '/search': (query, currencies) => listing(readListing('search', null, query, currencies)),
  '/suggestions': (query, currencies) => ({
    kind: 'suggestions',
    q: wordsOf(query),
    currency: currencyOf(query, currencies),
  }),
};

const placesBySlug: Record<string, (slug: string) => Reader> = {
  categories: (slug) => (query, currencies) => listing(readListing('category', slug, query, currencies)),
  products: (slug) => (query, currencies) => {
    const variant = query.get('variant') ?? '';
    const currency = currencyOf(query, currencies);
    return { kind: 'product', slug, variant: skuShape.test(variant) ? variant : null, currency };
  },
};

const listing = (wanted: Listing): Wanted => ({ kind: 'listing', listing: wanted, currency: wanted.currency });

/** Null when there cannot be such a page. */
export function readAddress(path: string, query: URLSearchParams, currencies: Currencies): Wanted | null {
  const place = Object.hasOwn(places, path) ? places[path] : undefined;
  if (place) return place(query, currencies);
  const [, noun = '', slug = '', ...rest] = path.split('/');
  const bySlug = Object.hasOwn(placesBySlug, noun) ? placesBySlug[noun] : undefined;
  return bySlug && rest.length === 0 && isSlug(slug) ? bySlug(slug)(query, currencies) : null;
}

/** The one address of a page. */
export function addressOf(wanted: Wanted, currencies: Currencies): string {
  const links = linksIn(wanted.currency, currencies);
  switch (wanted.kind) {
    case 'home':
      return links.home();
    case 'listing':
      return listingAddress(wanted.listing, currencies);
    case 'product':
      return links.product(wanted.slug, wanted.variant);
    case 'suggestions':
      return links.suggestions(wanted.q);
  }
}

/** The same page in another currency: price bounds and the place in the list belong to the old one. */
export function inCurrency(wanted: Wanted, currency: string): Wanted {
  return wanted.kind === 'listing'
    ? { ...wanted, currency, listing: { ...wanted.listing, currency, min: '', max: '', cursor: null } }
    : { ...wanted, currency };
}
