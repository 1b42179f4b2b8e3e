import type { Category } from '@storefront/product/contract';
import { linksIn } from '../domain/links.ts';
import { places } from '../domain/sale/places.ts';
import { inOrder } from '../domain/category-tree.ts';
import type { Frame } from './page.ts';
import type { Site } from '../domain/site.ts';

export type Around = {
  currency: string;
  /** Address of the entry in the navigation that leads to the page, empty when none does. */
  here: string;
  searchedFor: string;
  /** Address of this page in another currency. */
  inCurrency: (currency: string) => string;
};

/** What surrounds a page. `tree` is empty when the categories were never read: header and search still stand. */
export function frameOf(site: Site, tree: readonly Category[], around: Around): Frame {
  const links = linksIn(around.currency, site.currencies);
  return {
    language: site.locale,
    shop: site.name,
    publicUrl: site.publicUrl,
    assets: site.assets,
    links: { home: links.home(), products: links.products(), search: links.search(''), cart: places.cart },
    categories: inOrder(tree).map(({ name, slug }) => ({ name, href: links.category(slug) })),
    here: around.here,
    searchedFor: around.searchedFor,
    currencies: site.currencies.map((one) => ({
      name: one,
      href: around.inCurrency(one),
      isChosen: one === around.currency,
    })),
    currency: around.currency,
    carriedCurrency: around.currency === site.currencies[0] ? null : around.currency,
  };
}
