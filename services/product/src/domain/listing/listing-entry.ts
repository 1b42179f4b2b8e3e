import { ProductCard, type NewCategory } from '../../contract.ts';
import type { Match } from './facets.ts';
import { fold } from '../search/words.ts';
import { searchEntry, type SearchEntry } from '../search/search-entry.ts';
import { categoryTerm, sampleTerms, stockTerm } from './terms.ts';
import { canonical, type Product } from '../product.ts';

/** The lowest price of the variants in a currency, and whether others are higher. */
type CardPrice = { from: number; varies: boolean };

/** All that lists know of a published product, made when it is written: they read nothing else of it. */
export type ListingEntry = {
  slug: string;
  updatedAt: Date;
  category: string;
  /**
   * By `<order><level>`: the shelf, which is the category on that level, `*` on level 0, and the product's place on it. Unique by
   * the id at their end, so that a list continues after any of them. One scalar for both: a store reads such an index in its order.
   */
  order: Record<string, string>;
  /** What lists find it by (`terms.ts`). */
  terms: string[];
  words: SearchEntry['words'];
  /** By currency, as JSON: a list sends it as it is. */
  cards: Record<string, string>;
  /** Prices, and what facets count, as one text: thousands of them are read at once. */
  tally: string;
  /** Of which format and category path the entry was made: when either changes, it is made again. */
  branch: string;
};

export const everything = '*';

/** The order by the lowest price in a currency. */
export function priceOrder(currency: string): string {
  return `price${currency}`;
}

/** The key of `ListingEntry.order`. */
export function orderName(order: string, level: number): string {
  return `${order}${level}`;
}

/** The value of such a key, or where one begins. Neither a slug nor `*` has a bar in it. */
export function placeOn(shelf: string, place = ''): string {
  return `${shelf}|${place}`;
}

/** Behind every place on the shelf: the letter that follows the bar. */
export function endOf(shelf: string): string {
  return `${shelf}}`;
}

export function listingEntry(product: Product, path: readonly NewCategory[]): ListingEntry {
  const prices = lowestPrices(product);
  const { productId, slug, updatedAt, category } = product;
  const { terms, words } = searchEntry(product, path);
  const facets = facetsOf(product);
  return {
    slug,
    updatedAt,
    category,
    order: placesOf(product, prices, path),
    terms: [
      ...terms,
      ...path.map(({ slug }) => categoryTerm(slug)),
      ...facets,
      stockTerm(isInStock(product)),
      ...sampleTerms(productId),
    ],
    words,
    cards: cardsOf(product, prices),
    tally: tallyOf(prices, facets),
    branch: branchOf(path),
  };
}

/** Rises when entries are made otherwise: those made before are then made again. */
const format = 4;
export const ofThisFormat = `${format} `;

/** Of which format and which category path an entry is. */
export function branchOf(path: readonly NewCategory[]): string {
  return ofThisFormat + canonical(path.map(({ slug, name }) => [slug, name]));
}

/** An amount as text that sorts as the number does. */
export function priceKey(amountMinor: number): string {
  return String(amountMinor).padStart(13, '0');
}

function lowestPrices({ variants }: Product): Record<string, CardPrice> {
  const all = variants.flatMap((variant) => variant.prices);
  const lowest: Record<string, CardPrice> = {};
  for (const { currency } of all) {
    const amounts = all.filter((price) => price.currency === currency).map(({ amountMinor }) => amountMinor);
    const from = Math.min(...amounts);
    lowest[currency] ??= { from, varies: amounts.some((amount) => amount !== from) };
  }
  return lowest;
}

function placesOf(
  { productId, name, publishedAt }: Product,
  prices: Record<string, CardPrice>,
  path: readonly NewCategory[],
): ListingEntry['order'] {
  const places: [string, string][] = [
    ['newest', publishedAt?.toISOString() ?? ''],
    ['name', fold(name).slice(0, 80)],
    ...Object.entries(prices).map(([currency, { from }]): [string, string] => [priceOrder(currency), priceKey(from)]),
  ];
  const shelves = [everything, ...path.map(({ slug }) => slug)];
  return Object.fromEntries(
    shelves.flatMap((shelf, level) =>
      places.map(([order, place]) => [orderName(order, level), placeOn(shelf, `${place}|${productId}`)]),
    ),
  );
}

/** Checked here, since lists send them unread. */
function cardsOf(product: Product, prices: Record<string, CardPrice>): ListingEntry['cards'] {
  const { productId, slug, name, brand, images, variants } = product;
  const image = images[0] ?? variants.find((variant) => variant.image)?.image ?? null;
  const common = { productId, slug, name, brand, inStock: isInStock(product), image };
  return Object.fromEntries(
    Object.entries(prices).map(([currency, { from, varies }]) => {
      const card = ProductCard.parse({ ...common, price: { amountMinor: from, currency }, priceVaries: varies });
      return [currency, JSON.stringify(card)];
    }),
  );
}

function isInStock({ variants }: Product): boolean {
  return variants.some((variant) => variant.inStock);
}

/** `EUR 1999 USD 2100` and a facet a line: what `readTally` reads. */
function tallyOf(prices: Record<string, CardPrice>, facets: readonly string[]): string {
  const amounts = Object.entries(prices).map(([currency, { from }]) => `${currency} ${from}`);
  return [amounts.join(' '), ...facets.map((facet) => facet.replace(/\n/g, ' '))].join('\n');
}

export function readTally(tally: string, currency: string): Match {
  const [amounts = '', ...facets] = tally.split('\n');
  const words = amounts.split(' ');
  const place = words.indexOf(currency);
  return { facets, price: place < 0 ? Number.NaN : Number(words[place + 1]) };
}

/** `brand=…`, `category=…` and every `<attribute>=<value>`. Attributes, and the options of the variants, which people filter by as well: a shirt that comes in blue is blue. */
function facetsOf({ brand, category, attributes, variants }: Product): string[] {
  const named = Object.entries(attributes).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  const chosen = variants.flatMap(({ options }) => Object.entries(options).map(([name, value]) => `${name}=${value}`));
  return [...new Set([`category=${category}`, ...(brand === null ? [] : [`brand=${brand}`]), ...named, ...chosen])];
}
