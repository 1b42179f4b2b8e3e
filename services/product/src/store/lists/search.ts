import { termsOf, type Candidate } from '../../domain/search/rank.ts';
import type { Listing } from '../../domain/listing/listing.ts';
import { conditionsOf, meanings, type Conditions, type Meaning } from '../../domain/listing/terms.ts';
import { canonical } from '../../domain/product.ts';
import { briefMarks, briefMemory } from './brief-memory.ts';
import type { Collections, ProductDocument } from '../documents.ts';
import { byTerms, type ProductFilter } from './listing-filter.ts';

/** What a list means by its terms, and what was read of the products that are meant: null when there are too many. */
export type Narrowed = { conditions: Conditions; meaning: Meaning; found: ProductDocument[] | null };

export type Search = {
  /** The strictest meaning that finds something; the loosest when none does. Reads one field of what it finds. */
  narrow(listing: Listing, field: string): Promise<Narrowed>;
  /** The conditions of that meaning alone. */
  conditionsFor(listing: Listing, without?: string): Promise<Conditions>;
  /** The products, one field of each, by that index; null when there are too many. */
  readShort(filter: ProductFilter, field: string, hint: string): Promise<ProductDocument[] | null>;
  /** What is to be ranked: all that match, or of many the newest. */
  candidates(listing: Listing, narrowed: Narrowed): Promise<Candidate[]>;
};

/** From so many products on, a list is long: it is read in its order; a shorter one is read whole. */
const longList = 300;
/** Of a long list the newest are ranked. */
const mostNewest = 200;
/** More is not counted to know which word is the rarest. */
const frequent = 2000;
/** All that ranking reads. */
export const rankedField = 'listed.words';
const newestFirst = { 'order.newest': -1 } as const;

export function mongoSearch({ products }: Collections): Search {
  return new MongoSearch(products);
}

class MongoSearch implements Search {
  readonly #products: Collections['products'];
  readonly #long = briefMarks({ entries: 2000, forMs: 60_000 });
  readonly #frequencies = briefMemory<number>({ entries: 5000, forMs: 600_000 });

  constructor(products: Collections['products']) {
    this.#products = products;
  }

  async narrow(listing: Listing, field: string): Promise<Narrowed> {
    let narrowed: Narrowed | undefined;
    for (const { meaning, conditions } of readingsOf(listing)) {
      const found = await this.readShort(byTerms(conditions, listing), field, 'terms');
      narrowed = { conditions, meaning, found };
      if (found?.length !== 0) break;
    }
    return narrowed as Narrowed;
  }

  async conditionsFor(listing: Listing, without?: string): Promise<Conditions> {
    const readings = readingsOf(listing, without);
    for (const { conditions } of readings.slice(0, -1)) {
      const options = { projection: { _id: 1 }, hint: 'terms' };
      if (await this.#products.findOne(byTerms(conditions, listing), options)) return conditions;
    }
    return (readings.at(-1) as (typeof readings)[number]).conditions;
  }

  /** Reading tells whether there are too many; that there were is remembered, so that it is not tried again at once. */
  async readShort(filter: ProductFilter, field: string, hint: string): Promise<ProductDocument[] | null> {
    const key = canonical(filter);
    if (this.#long.has(key)) return null;
    const found = await this.#products
      .find(filter, { projection: { [field]: 1 }, limit: longList, batchSize: longList, hint })
      .toArray();
    if (found.length < longList) return found;
    this.#long.add(key);
    return null;
  }

  async candidates(listing: Listing, { conditions, meaning, found }: Narrowed): Promise<Candidate[]> {
    if (found) return found.map(toCandidate);
    if (meaning !== 'any') return this.#newest(byTerms(await this.#rarestFirst(conditions), listing), mostNewest);
    return this.#newestOfEach(conditions, listing);
  }

  /** Each word has its share: together they would be read whole before the newest are known. */
  async #newestOfEach({ all, oneOf }: Conditions, listing: Listing): Promise<Candidate[]> {
    const [words = [], ...others] = oneOf;
    const share = Math.ceil(mostNewest / words.length);
    const found = await Promise.all(
      words.map((word) => this.#newest(byTerms({ all: [word, ...all], oneOf: others }, listing), share)),
    );
    return [...new Map(found.flat().map((candidate) => [candidate.id, candidate])).values()];
  }

  async #newest(filter: ProductFilter, limit: number): Promise<Candidate[]> {
    const options = { projection: { [rankedField]: 1 }, sort: newestFirst, limit, batchSize: limit, hint: 'terms' };
    return (await this.#products.find(filter, options).toArray()).map(toCandidate);
  }

  /** Servers read the index by the first of the terms and check the others. */
  async #rarestFirst({ all, oneOf }: Conditions): Promise<Conditions> {
    if (all.length < 2) return { all, oneOf };
    const counted = await Promise.all(
      all.map(async (term) => ({ term, count: await this.#frequencies.get(term, () => this.#frequency(term)) })),
    );
    return { all: counted.sort((a, b) => a.count - b.count).map(({ term }) => term), oneOf };
  }

  #frequency(term: string): Promise<number> {
    return this.#products.countDocuments({ terms: term }, { limit: frequent, hint: 'terms' });
  }
}

/** The ways to understand the list; only a list with words has more than one. */
function readingsOf(listing: Listing, without?: string): { meaning: Meaning; conditions: Conditions }[] {
  const words = listing.search === null ? [] : termsOf(listing.search);
  const possible = words.length === 0 ? meanings.slice(0, 1) : meanings;
  return possible.map((meaning) => ({ meaning, conditions: conditionsOf(listing, words, { meaning, without }) }));
}

function toCandidate({ _id, listed }: ProductDocument): Candidate {
  return { id: _id, words: listed?.words ?? '' };
}
