import { z } from 'zod';
import type { Filter } from 'mongodb';
import { mostMatches, type Match } from '../domain/facets.ts';
import { everything, readTally, type ListingEntry } from '../domain/listing-entry.ts';
import { orderOf, type Listing } from '../domain/listing.ts';
import { canonical } from '../domain/product.ts';
import { compareRanked, rank, type Ranked } from '../domain/rank.ts';
import type { Collections, ProductDocument } from './documents.ts';
import { orderIndexName } from './indexes.ts';
import { filterAfter, filterOf, narrowingIndex } from './listing-filter.ts';
import { briefMemory } from './brief-memory.ts';
import type { Search, SearchFilter } from './search.ts';

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

const cardFields = { slug: 1, 'listed.card': 1, 'listed.prices': 1, 'listed.inStock': 1 };
/** Matches from which on a narrowed list is long. */
const longList = 500;

export function mongoLists({ products }: Collections, search: Search): Lists {
  return new MongoLists(products, search);
}

class MongoLists implements Lists {
  readonly #products: Collections['products'];
  readonly #search: Search;
  readonly #lengths = briefMemory<boolean>({ entries: 2000, forMs: 60_000 });

  constructor(products: Collections['products'], search: Search) {
    this.#products = products;
    this.#search = search;
  }

  async page(listing: Listing, after: Position | null): Promise<Page> {
    if (listing.search?.words.length === 0) return { items: [], next: null };
    if (listing.sort === 'relevance') return this.#rankedPage(listing, Array.isArray(after) ? after : null);
    return this.#orderedPage(listing, typeof after === 'string' ? after : null);
  }

  async #orderedPage(listing: Listing, after: string | null): Promise<Page> {
    const order = orderOf(listing);
    const field = `order.${order.key}`;
    const filter = filterOf(listing, await this.#meaningOf(listing));
    const found = await this.#products
      .find(filterAfter(filter, order, after), {
        projection: { ...cardFields, [field]: 1 },
        sort: { [field]: order.direction },
        limit: listing.limit + 1,
        hint: await this.#indexFor(listing, filter),
      })
      .toArray();
    const last = found.length > listing.limit ? found[listing.limit - 1] : undefined;
    const next = last?.order?.[order.key] ?? null;
    return { items: found.slice(0, listing.limit).map(toCard), next };
  }

  /** A long list is read in its order until the page is full; a short one is found by what narrows it and sorted then. */
  async #indexFor(listing: Listing, filter: Filter<ProductDocument>): Promise<string> {
    const ordered = orderIndexName(listing.level, orderOf(listing).key);
    const narrowing = narrowingIndex(listing);
    if (narrowing === null || narrowing === ordered) return ordered;
    const isLong = await this.#lengths.get(canonical(filter), async () => {
      const count = await this.#products.countDocuments(filter, { limit: longList, hint: narrowing });
      return count === longList;
    });
    return isLong ? ordered : narrowing;
  }

  async #rankedPage(listing: Listing, after: [number, string] | null): Promise<Page> {
    const query = listing.search ?? { words: [], lastIsOpen: false };
    const { candidates, haveAll } = await this.#search.candidates(query, (words) => filterOf(listing, words));
    const ranked = rank(query, candidates, { haveAll });
    const position: Ranked | null = after && { score: after[0], id: after[1] };
    const rest = position ? ranked.filter((one) => compareRanked(position, one) < 0) : ranked;
    const shown = rest.slice(0, listing.limit);
    const last = rest.length > listing.limit ? shown.at(-1) : undefined;
    return { items: await this.#cards(shown.map(({ id }) => id)), next: last ? [last.score, last.id] : null };
  }

  /** In the order of the ids. A product that was taken down meanwhile is left out. */
  async #cards(ids: string[]): Promise<Card[]> {
    if (ids.length === 0) return [];
    const found = await this.#products.find({ _id: { $in: ids } }, { projection: cardFields }).toArray();
    const byId = new Map(found.map((document) => [document._id, document]));
    return ids.flatMap((id) => {
      const document = byId.get(id);
      return document?.listed ? [toCard(document)] : [];
    });
  }

  async #meaningOf({ search: query }: Listing): Promise<SearchFilter | null> {
    return query && (await this.#search.meaningOf(query)).filter;
  }

  async matches(listing: Listing, without?: string): Promise<Match[]> {
    if (listing.search?.words.length === 0) return [];
    const filter = filterOf(listing, await this.#meaningOf(listing), without);
    const choices = listing.choices.filter(({ name }) => name !== without);
    const hint = narrowingIndex({ ...listing, choices }) ?? orderIndexName(listing.level, `price${listing.currency}`);
    const found = await this.#products
      .find(filter, { projection: { _id: 0, 'listed.tally': 1 }, batchSize: mostMatches, limit: mostMatches, hint })
      .toArray();
    return found.map(({ listed }) => readTally(listed?.tally ?? '', listing.currency));
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
function toCard({ _id, slug, listed }: ProductDocument): Card {
  if (!listed) throw new Error(`the product ${_id} is in a list without its entry`);
  const { card, prices, inStock } = listed;
  return { productId: _id, slug, card, prices, inStock };
}
