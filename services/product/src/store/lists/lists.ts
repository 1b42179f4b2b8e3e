import { z } from 'zod';
import { mostMatches, type Match } from '../../domain/listing/facets.ts';
import { everything, readTally, type ListingEntry } from '../../domain/listing/listing-entry.ts';
import { orderOf, type Listing, type Order } from '../../domain/listing/listing.ts';
import { compareRanked, rank, type Ranked } from '../../domain/search/rank.ts';
import { isByTerms } from '../../domain/listing/terms.ts';
import type { Collections, ProductDocument } from '../documents.ts';
import { orderIndexName } from './indexes.ts';
import { byOrder, byTerms, hasPriceBounds, type ProductFilter } from './listing-filter.ts';
import { mostRanked, termsIndex, type Narrowed, type Search } from './search.ts';

/** What a list shows of a product. */
export type Card = Pick<ListingEntry['listed'], 'card' | 'prices' | 'inStock'> & { productId: string; slug: string };

/** Where a page ended: the key of its last product, or its rank. */
export const Position = z.union([z.string().max(400), z.tuple([z.number(), z.string().max(100)])]);
export type Position = z.infer<typeof Position>;

export type Page = { items: Card[]; next: Position | null };

export type Lists = {
  page(listing: Listing, after: Position | null): Promise<Page>;
  /** What facets are counted over: the matches, or those that there would be without the choice of one attribute. */
  matches(listing: Listing, without?: string): Promise<Match[]>;
  /** Slugs of all that is published, in their order. */
  slugs(after: string, limit: number): Promise<{ slug: string; updatedAt: Date }[]>;
};

/** Read beyond a page, for those that its prices leave out. */
const few = 8;
const cardFields = ({ currency }: Listing) => ({
  slug: 1,
  'listed.card': 1,
  [`listed.prices.${currency}`]: 1,
  'listed.inStock': 1,
});

export function mongoLists({ products }: Collections, search: Search): Lists {
  return new MongoLists(products, search);
}

class MongoLists implements Lists {
  readonly #products: Collections['products'];
  readonly #search: Search;

  constructor(products: Collections['products'], search: Search) {
    this.#products = products;
    this.#search = search;
  }

  async page(listing: Listing, after: Position | null): Promise<Page> {
    if (listing.search?.words.length === 0) return { items: [], next: null };
    const key = typeof after === 'string' ? after : null;
    if (!isByTerms(listing)) return this.#shelfPage(listing, key);
    const isRanked = listing.sort === 'relevance';
    const narrowed = await this.#search.narrow(listing, isRanked ? mostRanked : sortedReading(listing));
    if (isRanked) return this.#rankedPage(listing, narrowed, Array.isArray(after) ? after : null);
    if (narrowed.found) return this.#sortedPage(listing, key, narrowed.found);
    return this.#orderedPage(listing, key, byTerms(narrowed.conditions, listing));
  }

  /** Nothing but prices may narrow it. */
  async #shelfPage(listing: Listing, after: string | null): Promise<Page> {
    const byPrice: Order = { key: `price${listing.currency}`, direction: 1 };
    if (!hasPriceBounds(listing) || orderOf(listing).key === byPrice.key) return this.#orderedPage(listing, after);
    const page = await this.#firstWithin(listing, after);
    if (page) return page;
    const found = await this.#search.readShort(byOrder(listing, byPrice, null), {
      ...sortedReading(listing),
      hint: orderIndexName(listing.level, byPrice.key),
    });
    return found ? this.#sortedPage(listing, after, found) : this.#orderedPage(listing, after, {});
  }

  /** The page, if the prices leave so many that it is among the next few products of the whole shelf. */
  async #firstWithin(listing: Listing, after: string | null): Promise<Page | null> {
    const limit = listing.limit + few;
    const read = await this.#inOrder(byOrder({ ...listing, minPrice: null, maxPrice: null }, orderOf(listing), after), {
      listing,
      limit,
    });
    const within = read.filter((document) => isWithin(listing, document));
    return within.length > listing.limit || read.length < limit ? pageOf(listing, within) : null;
  }

  /** A long list: its shelf is read in its order until the page is full. */
  async #orderedPage(listing: Listing, after: string | null, narrowing?: ProductFilter): Promise<Page> {
    const order = orderOf(listing);
    const filter = { ...narrowing, ...byOrder(listing, order, after) };
    const hint = narrowing && { hint: orderIndexName(listing.level, order.key) };
    return pageOf(listing, await this.#inOrder(filter, { listing, limit: listing.limit + 1, ...hint }));
  }

  /** Only where another index would do as well is the one of the order named: a name costs the store as much as all the rest. */
  #inOrder(filter: ProductFilter, { listing, ...options }: { listing: Listing; limit: number; hint?: string }) {
    const { key, direction } = orderOf(listing);
    const field = `order.${key}`;
    return this.#products
      .find(filter, { projection: { ...cardFields(listing), [field]: 1 }, sort: { [field]: direction }, ...options })
      .toArray();
  }

  /** A short list: its keys were read and are sorted here. */
  async #sortedPage(listing: Listing, after: string | null, found: readonly ProductDocument[]): Promise<Page> {
    const { key, direction } = orderOf(listing);
    const rest = found
      .map(({ _id, order }) => ({ id: _id, key: order?.[key] ?? '' }))
      .filter((one) => one.key !== '' && (after === null || compareText(after, one.key) * direction < 0))
      .sort((a, b) => compareText(a.key, b.key) * direction);
    const shown = rest.slice(0, listing.limit);
    const last = rest.length > listing.limit ? shown.at(-1) : undefined;
    return { items: await this.#cards(listing, shown), next: last?.key ?? null };
  }

  async #rankedPage(listing: Listing, narrowed: Narrowed, after: [number, string] | null): Promise<Page> {
    const query = listing.search ?? { words: [], lastIsOpen: false };
    const candidates = await this.#search.candidates(listing, narrowed);
    const ranked = rank(query, candidates, { haveAll: narrowed.meaning !== 'any' });
    const position: Ranked | null = after && { score: after[0], id: after[1] };
    const rest = position ? ranked.filter((one) => compareRanked(position, one) < 0) : ranked;
    const shown = rest.slice(0, listing.limit);
    const last = rest.length > listing.limit ? shown.at(-1) : undefined;
    return { items: await this.#cards(listing, shown), next: last ? [last.score, last.id] : null };
  }

  /** In the order they are given. A product that was taken down meanwhile is left out. */
  async #cards(listing: Listing, shown: readonly { id: string }[]): Promise<Card[]> {
    if (shown.length === 0) return [];
    const ids = shown.map(({ id }) => id);
    const found = await this.#products.find({ _id: { $in: ids } }, { projection: cardFields(listing) }).toArray();
    const byId = new Map(found.map((document) => [document._id, document]));
    return ids.flatMap((id) => {
      const document = byId.get(id);
      return document?.listed ? [toCard(document)] : [];
    });
  }

  async matches(listing: Listing, without?: string): Promise<Match[]> {
    if (listing.search?.words.length === 0) return [];
    const choices = listing.choices.filter(({ name }) => name !== without);
    const isNarrow = isByTerms({ ...listing, choices });
    const filter = isNarrow
      ? byTerms(await this.#search.conditionsFor(listing, without), listing)
      : byOrder(listing, { key: `price${listing.currency}`, direction: 1 }, null);
    const projection = { _id: 0, 'listed.tally': 1 };
    const limits = { batchSize: mostMatches, limit: mostMatches };
    const hint = isNarrow ? termsIndex : orderIndexName(listing.level, `price${listing.currency}`);
    const found = await this.#products.find(filter, { projection, ...limits, hint }).toArray();
    return found
      .map(({ listed }) => readTally(listed?.tally ?? '', listing.currency))
      .filter(({ price }) => !Number.isNaN(price));
  }

  async slugs(after: string, limit: number) {
    return this.#products
      .find({ 'shelf.level0': everything, slug: { $gt: after } }, { projection: { _id: 0, slug: 1, updatedAt: 1 } })
      .sort({ slug: 1 })
      .limit(limit)
      .hint('sitemap')
      .toArray();
  }
}

/** The first of them, as a page; there may be more. */
function pageOf(listing: Listing, found: readonly ProductDocument[]): Page {
  const last = found.length > listing.limit ? found[listing.limit - 1] : undefined;
  return { items: found.slice(0, listing.limit).map(toCard), next: last?.order?.[orderOf(listing).key] ?? null };
}

function isWithin({ currency, minPrice, maxPrice }: Listing, { listed }: ProductDocument): boolean {
  const price = listed?.prices[currency]?.from ?? Number.NaN; // it is in no list of a currency that it has no price in
  return price >= (minPrice ?? 0) && price <= (maxPrice ?? Infinity);
}

/** The keys to sort by, of a list so short that this costs less than to walk its shelf. */
function sortedReading(listing: Listing): { field: string; limit: number } {
  return { field: `order.${orderOf(listing).key}`, limit: 800 };
}

function toCard({ _id, slug, listed }: ProductDocument): Card {
  if (!listed) throw new Error(`the product ${_id} is in a list without its entry`);
  const { card, prices, inStock } = listed;
  return { productId: _id, slug, card, prices, inStock };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
