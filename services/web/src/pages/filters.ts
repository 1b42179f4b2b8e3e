import { formatMoney } from '@storefront/commerce/money';
import type { Category, Facet, ProductList } from '@storefront/product/contract';
import { texts } from '../texts.ts';
import type { Listing } from '../domain/listing.ts';
import { pathTo } from '../domain/category-tree.ts';
import type { FacetView, ListingPage } from './page.ts';
import { formatCount, signOf } from '../domain/number.ts';
import { minorOf, wholeUnits } from '../domain/price.ts';
import type { Site } from '../domain/site.ts';

type Asked = {
  listing: Listing;
  /** The first page's answer, with facets. */
  counts: ProductList;
  tree: Category[];
  site: Site;
  /** Address of the same list with something changed, from its first page. */
  address: (change: Partial<Listing>) => string;
};

export function filtersOf(asked: Asked): ListingPage['filters'] {
  const { listing, counts, site, address } = asked;
  const facets = (counts.facets ?? []).flatMap((facet) => facetOf(facet, asked) ?? []);
  return {
    action: `${address({}).split('?')[0]}`,
    carried: carriedBy(listing, site),
    facets,
    price: priceOf(listing, counts, site),
    inStock: listing.inStock,
    chosen: chosenOf(asked),
    cleared: address({
      attributes: new Map(),
      min: '',
      max: '',
      inStock: false,
      ...(listing.at === 'category' ? {} : { category: null }),
    }),
  };
}

function carriedBy(listing: Listing, site: Site): { name: string; value: string }[] {
  const carried = [
    { name: 'q', value: listing.q },
    { name: 'sort', value: listing.sort ?? '' },
    { name: 'currency', value: listing.currency === site.currencies[0] ? '' : listing.currency },
  ];
  return carried.filter(({ value }) => value !== '');
}

/** Null when there is nothing to choose. Inside a category its own subcategories are links, not a filter. */
function facetOf(facet: Facet, { listing, site }: Asked): FacetView | null {
  const isCategory = facet.name === 'category';
  if (isCategory && listing.at === 'category') return null;
  const chosen = isCategory ? [listing.category] : (listing.attributes.get(facet.name) ?? []);
  const choices = facet.values.map(({ value, label, count: found }) => ({
    value,
    label,
    count: formatCount(found, site.locale),
    isChosen: chosen.includes(value),
  }));
  if (choices.length < 2 && !choices.some(({ isChosen }) => isChosen)) return null;
  return {
    name: facet.name,
    label: facet.label,
    parameter: isCategory ? 'category' : `attribute.${facet.name}`,
    isSingle: isCategory,
    choices,
  };
}

function priceOf(listing: Listing, { priceRange }: ProductList, site: Site): ListingPage['filters']['price'] {
  if (!priceRange && !listing.min && !listing.max) return null;
  return {
    min: listing.min,
    max: listing.max,
    lowest: priceRange ? wholeUnits(priceRange.min, 'down') : '',
    highest: priceRange ? wholeUnits(priceRange.max, 'up') : '',
    symbol: signOf(listing.currency, site.locale),
  };
}

/** Every narrowing in words, each with the address of the list without it. */
function chosenOf({ listing, counts, tree, site, address }: Asked): ListingPage['filters']['chosen'] {
  const labelOf = (name: string, value: string) =>
    counts.facets?.find((facet) => facet.name === name)?.values.find((one) => one.value === value)?.label ?? value;
  const attributes = [...listing.attributes].flatMap(([name, values]) =>
    values.map((value) => ({
      label: labelOf(name, value),
      without: address({ attributes: without(listing.attributes, name, value) }),
    })),
  );
  const bounds = boundLabels(listing, site.locale);
  const category = listing.at !== 'category' && listing.category ? pathTo(listing.category, tree).at(-1) : undefined;
  return [
    ...(category ? [{ label: category.name, without: address({ category: null }) }] : []),
    ...attributes,
    ...(bounds.min ? [{ label: bounds.min, without: address({ min: '' }) }] : []),
    ...(bounds.max ? [{ label: bounds.max, without: address({ max: '' }) }] : []),
    ...(listing.inStock ? [{ label: texts.inStock, without: address({ inStock: false }) }] : []),
  ];
}

function without(attributes: Listing['attributes'], name: string, value: string): Listing['attributes'] {
  const left = attributes.get(name)?.filter((one) => one !== value) ?? [];
  return new Map(
    [...attributes].flatMap(([key, values]) => (key !== name ? [[key, values]] : left.length > 0 ? [[key, left]] : [])),
  );
}

/** The price bounds of a list in words; empty where there is none. */
function boundLabels({ min, max, currency }: Listing, locale: string): { min: string; max: string } {
  const written = (typed: string) => formatMoney({ amountMinor: minorOf(typed, currency), currency }, locale);
  return { min: min && texts.atLeast(written(min)), max: max && texts.atMost(written(max)) };
}
