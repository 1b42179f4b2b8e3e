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

/** Null when there cannot be such a page. */
export function readAddress(path: string, query: URLSearchParams, currencies: Currencies): Wanted | null {
  const currency = currencyOf(query, currencies);
  const [, place = '', slug, ...rest] = path.split('/');
  if (rest.length > 0) return null;
  const listing = (at: Listing['at'], category: string | null = null): Wanted => ({
    kind: 'listing',
    listing: readListing(at, category, query, currencies),
    currency,
  });

  if (slug === undefined)
    switch (place) {
      case '':
        return { kind: 'home', currency };
      case 'products':
        return listing('products');
      case 'search':
        return listing('search');
      case 'suggestions':
        return { kind: 'suggestions', q: wordsOf(query), currency };
      default:
        return null;
    }
  if (!isSlug(slug)) return null;
  if (place === 'categories') return listing('category', slug);
  if (place !== 'products') return null;
  const variant = query.get('variant') ?? '';
  return { kind: 'product', slug, variant: skuShape.test(variant) ? variant : null, currency };
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
