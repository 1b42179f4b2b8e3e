import type { NewCategory, ProductCard } from '../../contract.ts';
import type { Match } from './facets.ts';
import { fold } from '../search/words.ts';
import { searchEntry, type SearchEntry } from '../search/search-entry.ts';
import { categoryTerm, sampleTerms, stockTerm } from './terms.ts';
import { canonical, type Product } from '../product.ts';

/** The lowest price of the variants in a currency, and whether others are higher. */
export type CardPrice = { from: number; varies: boolean };

/** All that a list needs of a published product, made when it is written: a list reads nothing else of it. */
export type ListingEntry = {
  /** The category on each level above and at the product; level 0 is everything. Scalars: their indexes keep an order. */
  shelf: Record<`level${number}`, string>;
  /** Keys by which lists are ordered, unique by the id at their end, so that a list continues after any of them. */
  order: Record<string, string>;
  /** What lists find it by (`terms.ts`). */
  terms: string[];
  listed: {
    words: SearchEntry['words'];
    inStock: boolean;
    card: Omit<ProductCard, 'productId' | 'slug' | 'inStock' | 'price' | 'priceVaries'>;
    prices: Record<string, CardPrice>;
    /** Prices, and what facets count, as one text: thousands of them are read at once. */
    tally: string;
    /** Of which format and category path the entry was made: when either changes, it is made again. */
    branch: string;
  };
};

export const everything = '*';

export function listingEntry(product: Product, path: readonly NewCategory[]): ListingEntry {
  const prices = lowestPrices(product);
  const { productId, name, brand, images, variants } = product;
  const image = images[0] ?? variants.find((variant) => variant.image)?.image ?? null;
  const { terms, words } = searchEntry(product, path);
  const facets = facetsOf(product);
  const inStock = variants.some((variant) => variant.inStock);
  return {
    shelf: shelvesOf(path),
    order: {
      newest: `${product.publishedAt?.toISOString() ?? ''}|${productId}`,
      name: `${fold(name).slice(0, 80)}|${productId}`,
      ...priceKeys(prices, productId),
    },
    terms: [
      ...terms,
      ...path.map(({ slug }) => categoryTerm(slug)),
      ...facets,
      stockTerm(inStock),
      ...sampleTerms(productId),
    ],
    listed: {
      words,
      inStock,
      card: { name, brand, image },
      prices,
      tally: tallyOf(prices, facets),
      branch: branchOf(path),
    },
  };
}

/** Rises when entries are made otherwise: those made before are then made again. */
const format = 3;
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

function priceKeys(prices: Record<string, CardPrice>, productId: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(prices).map(([currency, { from }]) => [`price${currency}`, `${priceKey(from)}|${productId}`]),
  );
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

function shelvesOf(path: readonly NewCategory[]): ListingEntry['shelf'] {
  return Object.fromEntries(
    [everything, ...path.map(({ slug }) => slug)].map((slug, level) => [`level${level}`, slug]),
  );
}

/** `brand=…`, `category=…` and every `<attribute>=<value>`. Attributes, and the options of the variants, which people filter by as well: a shirt that comes in blue is blue. */
function facetsOf({ brand, category, attributes, variants }: Product): string[] {
  const named = Object.entries(attributes).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  const chosen = variants.flatMap(({ options }) => Object.entries(options).map(([name, value]) => `${name}=${value}`));
  return [...new Set([`category=${category}`, ...(brand === null ? [] : [`brand=${brand}`]), ...named, ...chosen])];
}
