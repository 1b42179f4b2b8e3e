import type { Category, ProductList } from '@storefront/product/contract';
import { texts } from '../texts.ts';
import { linksIn, type Link, type Links } from '../domain/links.ts';
import { isNarrowed, listingAddress, type Listing } from '../domain/listing.ts';
import { cardOf, previewOfCards } from './card.ts';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import { inOrder, pathTo } from '../domain/category-tree.ts';
import { filtersOf } from './filters.ts';
import { formatCount } from '../domain/number.ts';
import type { Preview } from '../domain/picture.ts';
import type { Head, ListingPage } from './page.ts';
import { minorOf } from '../domain/price.ts';
import type { Site } from '../domain/site.ts';
import { breadcrumbData } from '../domain/structured-data.ts';

type Found = { listing: Listing; path: Category[]; tree: Category[]; list: ProductList; counts: ProductList };

/** A list of products with its filters; null when the category does not exist. */
export async function loadListing(
  listing: Listing,
  site: Site,
  catalogue: Catalogue,
  visit: Visit,
): Promise<ListingPage | null> {
  const tree = await catalogue.categories(visit);
  const path = listing.category === null ? [] : pathTo(listing.category, tree);
  if (listing.category !== null && path.length === 0) return null;

  const links = linksIn(listing.currency, site.currencies);
  if (listing.at === 'search' && listing.q === '') return prompt(listing, links, site, tree);

  // Counts do not change from page to page: asking as the first page asked lets the API answer them from its cache.
  const first = catalogue.products({ ...apiQuery({ ...listing, cursor: null }), facets: 'true' }, visit);
  const [counts, list] = await Promise.all([
    first,
    listing.cursor ? catalogue.products(apiQuery(listing), visit) : first,
  ]);
  const page = compose({ listing, path, tree, list, counts }, links, site);
  if (list.items.length > 0) return page;
  return {
    ...page,
    heading: listing.at === 'search' && !isNarrowed(listing) ? texts.nothingFound(listing.q) : page.heading,
    empty: await emptyState(listing, links, site, { catalogue, tree, visit }),
  };
}

/** The list's address in the API's words. */
function apiQuery(listing: Listing): Record<string, string | string[]> {
  const { q, category, currency, min, max, inStock, sort, cursor } = listing;
  return {
    limit: '24',
    currency,
    ...(q && { q }),
    ...(category && { category }),
    ...(min && { minPrice: String(minorOf(min, currency)) }),
    ...(max && { maxPrice: String(minorOf(max, currency)) }),
    ...(inStock && { inStock: 'true' }),
    ...(sort && { sort }),
    ...(cursor && { cursor }),
    ...Object.fromEntries([...listing.attributes].map(([name, values]) => [`attribute.${name}`, values])),
  };
}

function compose({ listing, path, tree, list, counts }: Found, links: Links, site: Site): ListingPage {
  const cards = list.items.map((product) => cardOf(product, links, site.locale));
  const here = path.at(-1);
  const address = (change: Partial<Listing>) =>
    listingAddress({ ...listing, cursor: null, ...change }, site.currencies);
  const breadcrumbs = [
    { name: texts.home, href: links.home() },
    ...(listing.at === 'category' ? path.map((one) => ({ name: one.name, href: links.category(one.slug) })) : []),
  ];
  const heading = headingOf(listing, here);

  return {
    kind: 'listing',
    head: headOf(listing, heading, { site, breadcrumbs, preview: previewOfCards(cards) }),
    heading,
    breadcrumbs,
    subcategories: inOrder(here?.children ?? (listing.at === 'products' ? tree : [])).map((one) => ({
      name: one.name,
      href: links.category(one.slug),
    })),
    matches: matchesOf(counts, site.locale),
    cards,
    filters: filtersOf({ listing, counts, tree, site, address }),
    sorts: sortsOf(listing, address),
    next: list.nextCursor === null ? null : address({ cursor: list.nextCursor }),
    first: listing.cursor === null ? null : address({}),
    empty: null,
  };
}

const sortsOf = (listing: Listing, address: (change: Partial<Listing>) => string): ListingPage['sorts'] => {
  const usual = listing.at === 'search' ? 'relevance' : 'newest';
  const offered = (['relevance', 'newest', 'price', '-price', 'name'] as const).filter(
    (sort) => sort !== 'relevance' || listing.at === 'search',
  );
  return offered.map((sort) => ({
    name: texts.sorts[sort],
    href: address({ sort: sort === usual ? null : sort }),
    isChosen: sort === (listing.sort ?? usual),
  }));
};

function headingOf(listing: Listing, here: Category | undefined): string {
  if (listing.at === 'search') return texts.searchTitle(listing.q);
  return listing.at === 'category' && here ? here.name : texts.allProducts;
}

function headOf(
  listing: Listing,
  heading: string,
  { site, breadcrumbs, preview }: { site: Site; breadcrumbs: Link[]; preview: Preview | null },
): Head {
  const isPlain = listing.at !== 'search' && !isNarrowed(listing) && listing.cursor === null && listing.sort === null;
  return {
    title: `${heading} · ${site.name}`,
    description:
      listing.at === 'category' ? texts.categoryDescription(heading, site.name) : texts.productsDescription(site.name),
    canonical: isPlain ? listingAddress({ ...listing, currency: site.currencies[0] }, site.currencies) : null,
    kind: 'website',
    image: preview,
    structured: breadcrumbs.length > 1 ? [breadcrumbData(site, breadcrumbs)] : [],
  };
}

function matchesOf({ matches }: ProductList, locale: string): string | null {
  if (!matches) return null;
  const count = formatCount(matches.count, locale);
  return matches.capped ? texts.moreThan(count) : texts.matches(count, matches.count === 1);
}

/** The search page before anything was searched for. */
function prompt(listing: Listing, links: Links, site: Site, tree: Category[]): ListingPage {
  const nothing: ProductList = { items: [], nextCursor: null };
  const page = compose({ listing, path: [], tree, list: nothing, counts: nothing }, links, site);
  return {
    ...page,
    head: { ...page.head, title: `${texts.search} · ${site.name}` },
    heading: texts.searchPrompt,
    empty: { title: '', hint: '', categories: categoryLinks(tree, links), arrivals: [] },
  };
}

async function emptyState(
  listing: Listing,
  links: Links,
  site: Site,
  { catalogue, tree, visit }: { catalogue: Catalogue; tree: Category[]; visit: Visit },
): Promise<NonNullable<ListingPage['empty']>> {
  if (isNarrowed(listing))
    return { title: texts.nothingMatches, hint: texts.nothingMatchesHint, categories: [], arrivals: [] };
  const { items } = await catalogue.products({ sort: 'newest', limit: '12', currency: listing.currency }, visit);
  return {
    title: listing.at === 'search' ? '' : texts.emptyShop,
    hint: listing.at === 'search' ? texts.nothingFoundHint : '',
    categories: categoryLinks(tree, links),
    arrivals: items.slice(0, 4).map((product) => cardOf(product, links, site.locale)),
  };
}

const categoryLinks = (tree: Category[], links: Links): Link[] =>
  inOrder(tree).map(({ name, slug }) => ({ name, href: links.category(slug) }));
