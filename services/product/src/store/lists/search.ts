import type { Listing } from '../../domain/listing/listing.ts';
import {
  conditionsOf,
  firstTerm,
  meanings,
  nameTerm,
  samples,
  type Conditions,
  type Meaning,
} from '../../domain/listing/terms.ts';
import { canonical } from '../../domain/product.ts';
import { termsOf } from '../../domain/search/rank.ts';
import type { Collections, EntryDocument } from '../documents.ts';
import { briefMarks } from './brief-marks.ts';
import { byTerms, cardField, type EntryFilter } from './listing-filter.ts';

/** What a list means by its terms, and what was read of the products that are meant: null when there are too many. */
export type Narrowed = { conditions: Conditions; meaning: Meaning; found: EntryDocument[] | null };

/** Some fields of the products that are found, unless there are `limit` or more. */
export type Reading = { fields: string[]; limit: number };

export type Search = {
  /** The strictest meaning that finds something; the loosest when none does. */
  narrow(listing: Listing, reading: Reading): Promise<Narrowed>;
  /** The conditions of that meaning alone. */
  conditionsFor(listing: Listing, without?: string): Promise<Conditions>;
  /** Null when there are too many. */
  readShort(filter: EntryFilter, reading: Reading): Promise<EntryDocument[] | null>;
  /** What is to be ranked: all that match, or the likeliest of many. */
  candidates(listing: Listing, narrowed: Narrowed): Promise<EntryDocument[]>;
};

/** From so many matches on, some are chosen before they are ranked. The cards come along: to ask for the best two dozen costs more. */
export const rankedReading = (listing: Listing): Reading => ({ fields: ['words', cardField(listing)], limit: 150 });
const enoughCandidates = 100;
const enoughOfSample = 30;

export function mongoSearch({ entries }: Collections): Search {
  return new MongoSearch(entries);
}

class MongoSearch implements Search {
  readonly #entries: Collections['entries'];
  readonly #long = briefMarks({ entries: 5000, forMs: 60_000 });
  /** Tiers of a long list in which nothing is: what comes into one is among the many others until then. */
  readonly #empty = briefMarks({ entries: 5000, forMs: 10_000 });

  constructor(entries: Collections['entries']) {
    this.#entries = entries;
  }

  async narrow(listing: Listing, reading: Reading): Promise<Narrowed> {
    let narrowed: Narrowed | undefined;
    for (const { meaning, conditions } of readingsOf(listing)) {
      const found = await this.readShort(byTerms(conditions, listing), reading);
      narrowed = { conditions, meaning, found };
      if (found?.length !== 0) break;
    }
    return narrowed as Narrowed;
  }

  async conditionsFor(listing: Listing, without?: string): Promise<Conditions> {
    const readings = readingsOf(listing, without);
    for (const { conditions } of readings.slice(0, -1)) {
      if (await this.#entries.findOne(byTerms(conditions, listing), { projection: { _id: 1 } })) return conditions;
    }
    return (readings.at(-1) as (typeof readings)[number]).conditions;
  }

  /** Reading tells whether there are too many; that there were is remembered, so that it is not tried again at once. */
  async readShort(filter: EntryFilter, { fields, limit }: Reading): Promise<EntryDocument[] | null> {
    const key = `${limit} ${canonical(filter)}`;
    if (this.#long.has(key)) return null;
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    const options = { projection, limit, batchSize: limit };
    const found = await this.#entries.find(filter, options).toArray();
    if (found.length < limit) return found;
    this.#long.add(key);
    return null;
  }

  async candidates(listing: Listing, { conditions, meaning, found }: Narrowed): Promise<EntryDocument[]> {
    if (found) return found;
    const chosen = new Map<string, EntryDocument>();
    for (const tier of tiersOf(listing, { conditions, meaning })) {
      const whole = await this.#readTier(tier, listing);
      for (const one of whole ?? (await this.#sample(tier, listing, chosen.size))) chosen.set(one._id, one);
      if (meaning !== 'any' && (whole === null || chosen.size >= enoughCandidates)) break;
    }
    return [...chosen.values()];
  }

  async #readTier(tier: Conditions, listing: Listing): Promise<EntryDocument[] | null> {
    const filter = byTerms(tier, listing);
    const key = canonical(filter);
    if (this.#empty.has(key)) return [];
    const found = await this.readShort(filter, rankedReading(listing));
    if (found?.length === 0) this.#empty.add(key);
    return found;
  }

  /** Of very many some that can be ranked beside those `chosen`, by their ids: the same on every server. */
  async #sample(tier: Conditions, listing: Listing, chosen: number): Promise<EntryDocument[]> {
    const of = (sample: string) =>
      this.readShort(byTerms({ ...tier, all: [...tier.all, sample] }, listing), rankedReading(listing));
    const [quarter, sixteenth, ...smaller] = samples;
    const usual = await of(sixteenth);
    if (usual && chosen + usual.length >= enoughOfSample) return usual;
    if (usual) return (await of(quarter)) ?? usual;
    for (const sample of smaller) {
      const found = await of(sample);
      if (found) return found;
    }
    return [];
  }
}

/** The ways to understand the list; only a list with words has more than one. */
function readingsOf(listing: Listing, without?: string): { meaning: Meaning; conditions: Conditions }[] {
  const words = listing.search === null ? [] : termsOf(listing.search);
  const possible = words.length === 0 ? meanings.slice(0, 1) : meanings;
  return possible.map((meaning) => ({ meaning, conditions: conditionsOf(listing, words, { meaning, without }) }));
}

/** Where to look for candidates, in the order of the rank they may have: names that start as the query does come first. */
function tiersOf(listing: Listing, { conditions, meaning }: Pick<Narrowed, 'conditions' | 'meaning'>): Conditions[] {
  const words = listing.search === null ? [] : termsOf(listing.search);
  if (meaning === 'any') return words.map((word) => conditionsOf(listing, [word], { meaning: 'described' }));
  if (meaning === 'described') return [conditions];
  const named = words.map(nameTerm);
  const starting = [firstTerm(words[0] ?? ''), ...named.slice(1)];
  return [conditionsOf(listing, starting), conditionsOf(listing, named), conditions];
}
