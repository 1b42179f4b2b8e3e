import type { Filter } from 'mongodb';
import { termsOf, type Candidate, type SearchQuery } from '../domain/rank.ts';
import { briefMemory } from './brief-memory.ts';
import type { Collections, ProductDocument } from './documents.ts';

/** The condition by which a query finds products. */
export type SearchFilter = { terms: unknown };
type ProductFilter = Filter<ProductDocument>;

export type Search = {
  /** The products that have all words, or, when there are none, any of them. */
  meaningOf(query: SearchQuery): Promise<{ filter: SearchFilter; haveAll: boolean }>;
  /** What is to be ranked: the newest of those that mean the query and fulfil the rest, at most `mostCandidates`. */
  candidates(
    query: SearchQuery,
    filterWith: (words: SearchFilter) => ProductFilter,
  ): Promise<{ candidates: Candidate[]; haveAll: boolean }>;
};

export const mostCandidates = 256;
/** More is not counted. */
const frequent = 2000;

export function mongoSearch({ products }: Collections): Search {
  return new MongoSearch(products);
}

class MongoSearch implements Search {
  readonly #products: Collections['products'];
  readonly #frequencies = briefMemory<number>({ entries: 5000, forMs: 600_000 });

  constructor(products: Collections['products']) {
    this.#products = products;
  }

  async meaningOf(query: SearchQuery): Promise<{ filter: SearchFilter; haveAll: boolean }> {
    const all = await this.#allWords(query);
    const one = await this.#products.findOne(all as ProductFilter, { projection: { _id: 1 }, hint: 'terms' });
    return one ? { filter: all, haveAll: true } : { filter: { terms: { $in: termsOf(query) } }, haveAll: false };
  }

  async candidates(query: SearchQuery, filterWith: (words: SearchFilter) => ProductFilter) {
    const all = await this.#newest(filterWith(await this.#allWords(query)), mostCandidates);
    if (all.length > 0 || query.words.length < 2) return { candidates: all, haveAll: true };
    if ((await this.meaningOf(query)).haveAll) return { candidates: [], haveAll: true };
    return { candidates: await this.#withAnyWord(termsOf(query), filterWith), haveAll: false };
  }

  /** Each word has its share: together they would be read whole before the newest are known. */
  async #withAnyWord(terms: string[], filterWith: (words: SearchFilter) => ProductFilter): Promise<Candidate[]> {
    const share = Math.ceil(mostCandidates / terms.length);
    const found = await Promise.all(terms.map((term) => this.#newest(filterWith({ terms: term }), share)));
    return [...new Map(found.flat().map((candidate) => [candidate.id, candidate])).values()];
  }

  async #newest(filter: ProductFilter, limit: number): Promise<Candidate[]> {
    const found = await this.#products
      .find(filter, {
        projection: { 'listed.words': 1 },
        sort: { 'order.newest': -1 },
        limit,
        batchSize: limit,
        hint: 'terms',
      })
      .toArray();
    return found.map(({ _id, listed }) => ({ id: _id, words: listed?.words ?? '' }));
  }

  /** The rarest first: that is the one by which a server reads the index. */
  async #allWords(query: SearchQuery): Promise<SearchFilter> {
    const terms = termsOf(query);
    if (terms.length <= 1) return { terms: terms[0] ?? '' };
    const frequencies = await Promise.all(
      terms.map((term) => this.#frequencies.get(term, () => this.#frequency(term))),
    );
    const byTerm = new Map(terms.map((term, i) => [term, frequencies[i] ?? 0]));
    return { terms: { $all: terms.sort((a, b) => (byTerm.get(a) ?? 0) - (byTerm.get(b) ?? 0)) } };
  }

  #frequency(term: string): Promise<number> {
    return this.#products.countDocuments({ terms: term }, { limit: frequent, hint: 'terms' });
  }
}
