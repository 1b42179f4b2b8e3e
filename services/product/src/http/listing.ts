import { cursorScope, readCursor, signCursor } from '@storefront/kit/cursor';
import { reply, replyJson, route } from '@storefront/kit/http';
import { Slug } from '@storefront/commerce/ids';
import { z } from 'zod';
import { ProductList, ProductQuery, type Facet } from '../contract.ts';
import {
  countValues,
  facetsOf,
  labelOfName,
  mostMatches,
  priceRangeOf,
  type FacetCounts,
} from '../domain/listing/facets.ts';
import { identityOf, readListing, type Listing } from '../domain/listing/listing.ts';
import type { Categories } from '../domain/categories.ts';
import type { CategoryTree } from '../store/categories.ts';
import { Position, type Lists } from '../store/lists/lists.ts';

export type ListingRoutesDeps = {
  lists: Lists;
  categories: CategoryTree;
  currencies: readonly string[];
  cursorKey: Buffer;
};

const SlugPage = z
  .strictObject({
    items: z.array(z.strictObject({ slug: Slug, updatedAt: z.iso.datetime() })),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SlugPage' });

const SlugQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  cursor: z.string().max(1000).exactOptional(),
});

export const listingRoutes = ({ lists, categories, currencies, cursorKey }: ListingRoutesDeps) => [
  route({
    method: 'GET',
    path: '/products',
    summary: 'Published products: searched, filtered, ordered, page by page',
    description:
      'Besides the fields below: `attribute.<name>=<value>`, repeated for "or" within a name; names are joined by "and". ' +
      '`attribute.brand` is the brand.',
    allow: ['anyone'],
    query: ProductQuery,
    response: ProductList,
    cache: { maxAge: '15s', stale: '5m' },
    async handle({ query }) {
      const tree = await categories.recent();
      const listing = readListing(query, currencies, tree);
      const scope = cursorScope('products', identityOf(listing));
      const after = query.cursor === undefined ? null : readCursor(cursorKey, query.cursor, scope, Position);
      const [page, summary] = await Promise.all([
        lists.page(listing, after),
        listing.wantsFacets ? summaryOf(lists, listing, tree) : {},
      ]);
      const nextCursor = page.next === null ? null : signCursor(cursorKey, page.next, scope);
      const rest = JSON.stringify({ nextCursor, ...summary } satisfies Omit<ProductList, 'items'>);
      return replyJson(`{"items":[${page.cards.join(',')}],${rest.slice(1)}`);
    },
  }),
  route({
    method: 'GET',
    path: '/products/slugs',
    summary: 'The slugs of all published products, for a sitemap',
    allow: ['anyone'],
    query: SlugQuery,
    response: SlugPage,
    cache: { maxAge: '5m', stale: '1h' },
    async handle({ query: { limit, cursor } }) {
      const scope = cursorScope('slugs');
      const after = cursor === undefined ? '' : readCursor(cursorKey, cursor, scope, Slug);
      const found = await lists.slugs(after, limit + 1);
      const items = found.slice(0, limit).map(({ slug, updatedAt }) => ({ slug, updatedAt: updatedAt.toISOString() }));
      const last = found.length > limit ? items.at(-1) : undefined;
      return reply({ items, nextCursor: last ? signCursor(cursorKey, last.slug, scope) : null });
    },
  }),
];

async function summaryOf(lists: Lists, listing: Listing, categories: Categories) {
  const [matches, ...others] = await Promise.all([
    lists.matches(listing),
    ...listing.choices.map(({ name }) => lists.matches(listing, name)),
  ]);
  const counts = others.map((found, i): [string, FacetCounts] => [listing.choices[i]?.name ?? '', countValues(found)]);
  const range = priceRangeOf(matches);
  const { currency } = listing;
  return {
    facets: facetsOf(countValues(matches), new Map(counts), listing.choices, labelFrom(categories)) satisfies Facet[],
    priceRange: range && {
      min: { amountMinor: range.min, currency },
      max: { amountMinor: range.max, currency },
    },
    matches: { count: matches.length, capped: matches.length === mostMatches },
  };
}

function labelFrom(categories: Categories): (name: string, value: string) => string {
  return (name, value) => {
    if (value === '') return labelOfName(name);
    return name === 'category' ? (categories.get(value)?.name ?? value) : value;
  };
}
