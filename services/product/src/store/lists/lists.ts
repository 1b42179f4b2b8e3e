import { z } from 'zod';
import { mostMatches, type Match } from '../../domain/listing/facets.ts';
import { orderName, readTally } from '../../domain/listing/listing-entry.ts';
import { orderOf, type Listing, type Order } from '../../domain/listing/listing.ts';
import { compareRanked, rank, type Ranked } from '../../domain/search/rank.ts';
import { isByTerms } from '../../domain/listing/terms.ts';
import type { Collections, EntryDocument } from '../documents.ts';
import {
  byOrder,
  byTerms,
  fieldOf,
  hasPriceBounds,
  priceBounds,
  priceOf,
  cardField,
  type EntryFilter,
} from './listing-filter.ts';
import { rankedReading, type Narrowed, type Reading, type Search } from './search.ts';

/** What a list shows of a product, as JSON. */
export type CardText = string;

/** Where a page ended: the place of its last product, or its rank. */
export const Position = z.union([z.string().max(400), z.tuple([z.number(), z.string().max(100)])]);
export type Position = z.infer<typeof Position>;

export type Page = { cards: CardText[]; next: Position | null };

export type Lists = {
  page(listing: Listing, after: Position | null): Promise<Page>;
  /** What facets are counted over: the matches, or those that there would be without the choice of one attribute. */
  matches(listing: Listing, without?: string): Promise<Match[]>;
  /** Slugs of all that is published, in their order. */
  slugs(after: string, limit: number): Promise<{ slug: string; updatedAt: Date }[]>;
};

/** Read beyond a page, for those that its prices leave out. */
const few = 8;

export function mongoLists({ entries }: Collections, search: Search): Lists {
  return new MongoLists(entries, search);
}

class MongoLists implements Lists {
  readonly #entries: Collections['entries'];
  readonly #search: Search;

  constructor(entries: Collections['entries'], search: Search) {
    this.#entries = entries;
    this.#search = search;
  }

  async page(listing: Listing, after: Position | null): Promise<Page> {
    if (listing.search?.words.length === 0) return { cards: [], next: null };
    const key = typeof after === 'string' ? after : null;
    if (!isByTerms(listing)) return this.#shelfPage(listing, key);
    const isRanked = listing.sort === 'relevance';
    const narrowed = await this.#search.narrow(listing, isRanked ? rankedReading(listing) : sortedReading(listing));
    if (isRanked) return this.#rankedPage(listing, narrowed, Array.isArray(after) ? after : null);
    if (narrowed.found) return this.#sortedPage(listing, key, narrowed.found);
    return this.#orderedPage(listing, key, byTerms(narrowed.conditions, listing));
  }

  /** Nothing but prices may narrow it. */
  async #shelfPage(listing: Listing, after: string | null): Promise<Page> {
    const byPrice: Order = { key: priceOf(listing), direction: 1 };
    if (!hasPriceBounds(listing) || orderOf(listing).key === byPrice.key) return this.#orderedPage(listing, after);
    const page = await this.#firstWithin(listing, after);
    if (page) return page;
    const found = await this.#search.readShort(byOrder(listing, byPrice, null), sortedReading(listing));
    return found ? this.#sortedPage(listing, after, found) : this.#orderedPage(listing, after, {});
  }

  /** The page, if the prices leave so many that it is among the next few products of the whole shelf. */
  async #firstWithin(listing: Listing, after: string | null): Promise<Page | null> {
    const limit = listing.limit + few;
    const read = await this.#inOrder(byOrder({ ...listing, minPrice: null, maxPrice: null }, orderOf(listing), after), {
      listing,
      limit,
    });
    const within = read.filter((entry) => isWithin(listing, entry));
    return within.length > listing.limit || read.length < limit ? pageOf(listing, within) : null;
  }

  /** A long list: its shelf is read in its order until the page is full. */
  async #orderedPage(listing: Listing, after: string | null, narrowing?: EntryFilter): Promise<Page> {
    const order = orderOf(listing);
    const filter = { ...narrowing, ...byOrder(listing, order, after) };
    const hint = narrowing && { hint: orderName(order.key, listing.level) };
    return pageOf(listing, await this.#inOrder(filter, { listing, limit: listing.limit + 1, ...hint }));
  }

  /** Only where another index would do as well is the one of the order named: a name costs the store as much as all the rest. */
  #inOrder(filter: EntryFilter, { listing, ...options }: { listing: Listing; limit: number; hint?: string }) {
    const { key, direction } = orderOf(listing);
    const field = fieldOf(listing, key);
    const price = hasPriceBounds(listing) ? { [fieldOf(listing, priceOf(listing))]: 1 } : {};
    const projection = { _id: 0, [cardField(listing)]: 1, [field]: 1, ...price };
    return this.#entries.find(filter, { projection, sort: { [field]: direction }, ...options }).toArray();
  }

  /** A short list: its keys were read and are sorted here. */
  async #sortedPage(listing: Listing, after: string | null, found: readonly EntryDocument[]): Promise<Page> {
    const { direction } = orderOf(listing);
    const rest = found
      .map((entry) => ({ id: entry._id, key: placeOf(listing, entry) }))
      .filter((one) => one.key !== '' && (after === null || compareText(after, one.key) * direction < 0))
      .sort((a, b) => compareText(a.key, b.key) * direction);
    const shown = rest.slice(0, listing.limit);
    const last = rest.length > listing.limit ? shown.at(-1) : undefined;
    return { cards: await this.#cards(listing, shown), next: last?.key ?? null };
  }

  async #rankedPage(listing: Listing, narrowed: Narrowed, after: [number, string] | null): Promise<Page> {
    const query = listing.search ?? { words: [], lastIsOpen: false };
    const candidates = await this.#search.candidates(listing, narrowed);
    const words = candidates.map((entry) => ({ id: entry._id, words: entry.words ?? '' }));
    const ranked = rank(query, words, { haveAll: narrowed.meaning !== 'any' });
    const position: Ranked | null = after && { score: after[0], id: after[1] };
    const rest = position ? ranked.filter((one) => compareRanked(position, one) < 0) : ranked;
    const shown = rest.slice(0, listing.limit);
    const last = rest.length > listing.limit ? shown.at(-1) : undefined;
    return { cards: cardsOf(listing, inOrderOf(shown, candidates)), next: last ? [last.score, last.id] : null };
  }

  /** In the order they are given. A product that was taken down meanwhile is left out. */
  async #cards(listing: Listing, shown: readonly { id: string }[]): Promise<CardText[]> {
    if (shown.length === 0) return [];
    const ids = shown.map(({ id }) => id);
    const found = await this.#entries
      .find({ _id: { $in: ids } }, { projection: { [cardField(listing)]: 1 } })
      .toArray();
    return cardsOf(listing, inOrderOf(shown, found));
  }

  async matches(listing: Listing, without?: string): Promise<Match[]> {
    if (listing.search?.words.length === 0) return [];
    const choices = listing.choices.filter(({ name }) => name !== without);
    const isNarrow = isByTerms({ ...listing, choices });
    const filter = isNarrow
      ? byTerms(await this.#search.conditionsFor(listing, without), listing)
      : byOrder(listing, { key: priceOf(listing), direction: 1 }, null);
    const projection = { _id: 0, tally: 1 };
    const limits = { batchSize: mostMatches, limit: mostMatches };
    const found = await this.#entries.find(filter, { projection, ...limits }).toArray();
    return found
      .map(({ tally }) => readTally(tally ?? '', listing.currency))
      .filter(({ price }) => !Number.isNaN(price));
  }

  async slugs(after: string, limit: number) {
    const found = await this.#entries
      .find({ slug: { $gt: after } }, { projection: { _id: 0, slug: 1, updatedAt: 1 } })
      .sort({ slug: 1 })
      .limit(limit)
      .toArray();
    return found.flatMap(({ slug, updatedAt }) => (slug && updatedAt ? { slug, updatedAt } : []));
  }
}

/** The first of them, as a page; there may be more. */
function pageOf(listing: Listing, found: readonly EntryDocument[]): Page {
  const last = found.length > listing.limit ? found[listing.limit - 1] : undefined;
  return { cards: cardsOf(listing, found.slice(0, listing.limit)), next: last ? placeOf(listing, last) : null };
}

function isWithin(listing: Listing, { order }: EntryDocument): boolean {
  const place = order?.[orderName(priceOf(listing), listing.level)] ?? ''; // it is in no list of a currency that it has no price in
  const { $gt, $lt } = priceBounds(listing);
  return place > $gt && place < $lt;
}

function placeOf(listing: Listing, { order }: EntryDocument): string {
  return order?.[orderName(orderOf(listing).key, listing.level)] ?? '';
}

/** The keys to sort by, of a list so short that this costs less than to walk its shelf. */
function sortedReading(listing: Listing): Reading {
  return { fields: [fieldOf(listing, orderOf(listing).key)], limit: 800 };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function inOrderOf(shown: readonly { id: string }[], entries: readonly EntryDocument[]): EntryDocument[] {
  const byId = new Map(entries.map((entry) => [entry._id, entry]));
  return shown.flatMap(({ id }) => byId.get(id) ?? []);
}

/** What has no price in a currency that the shop has taken up since has no card in it either. */
function cardsOf({ currency }: Listing, entries: readonly EntryDocument[]): CardText[] {
  return entries.flatMap(({ cards }) => cards?.[currency] ?? []);
}
