import type { Filter } from 'mongodb';
import type { Candidate, SearchQuery } from '../domain/rank.ts';
import { termsOf } from '../domain/rank.ts';
import type { Collections, ProductDocument } from './documents.ts';

/** The condition by which a query finds products. */
export type SearchFilter = { terms: unknown };

export type Search = {
  /** The products that have all words, or, when there are none, any of them. */
  meaningOf(query: SearchQuery): Promise<{ filter: SearchFilter; haveAll: boolean }>;
  /** The newest of the products that fulfil both, at most `mostCandidates`. */
  candidates(filter: Filter<ProductDocument>): Promise<Candidate[]>;
};

export const mostCandidates = 400;

export function mongoSearch({ products }: Collections): Search {
  return new MongoSearch(products);
}

class MongoSearch implements Search {
  readonly #products: Collections['products'];

  constructor(products: Collections['products']) {
    this.#products = products;
  }

  async meaningOf(query: SearchQuery): Promise<{ filter: SearchFilter; haveAll: boolean }> {
    const terms = termsOf(query);
    const [only] = terms;
    if (terms.length <= 1) return { filter: { terms: only ?? '' }, haveAll: true };
    const all = { terms: { $all: terms } };
    const some = await this.#products.findOne(all as Filter<ProductDocument>, {
      projection: { _id: 1 },
      hint: 'terms',
    });
    return some ? { filter: all, haveAll: true } : { filter: { terms: { $in: terms } }, haveAll: false };
  }

  async candidates(filter: Filter<ProductDocument>): Promise<Candidate[]> {
    const found = await this.#products
      .find(filter, { projection: { 'listed.words': 1 }, hint: 'terms' })
      .sort({ 'order.newest': -1 })
      .limit(mostCandidates)
      .toArray();
    return found.map(({ _id, listed }) => ({ id: _id, words: listed?.words ?? '' }));
  }
}
