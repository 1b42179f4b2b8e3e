import type { Listing } from './listing.ts';

/**
 * A product is found by its terms, all in one index: the words it is known by as they are, those of its name and of its
 * description once more apart, the categories on its path, each `<attribute>=<value>`, and whether it is in stock. Words are letters and digits alone, so the
 * marks keep the kinds apart.
 */
export const describedTerm = (word: string): string => `~${word}`;
export const nameTerm = (word: string): string => `@${word}`;
export const firstTerm = (word: string): string => `^${word}`;
export const categoryTerm = (slug: string): string => `/${slug}`;
export const stockTerm = (inStock: boolean): string => (inStock ? '+stock' : '-stock');

/** Every fourth product has the first, every fourth of them the second, and so on: the same ones on every server. */
export const samples = ['%1', '%2', '%3', '%4', '%5', '%6'] as const;

export function sampleTerms(productId: string): string[] {
  const hash = hashOf(productId);
  return samples.filter((_, i) => hash % 4 ** (i + 1) === 0);
}

/** FNV-1a (32 bits): spreads ids that were counted up as well as random ones. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** What a product must have: each of `all`, and one of each group. */
export type Conditions = { all: string[]; oneOf: string[][] };

/** How a query is understood, the strictest first; the first that finds something holds. */
export type Meaning = 'known-by' | 'described' | 'any';
export const meanings = ['known-by', 'described', 'any'] as const;

/** Whether anything but its shelf, its order and its prices narrows the list. */
export function isByTerms({ search, choices, inStock }: Listing): boolean {
  return search !== null || choices.length > 0 || inStock !== null;
}

/** The list as conditions; `words` are the terms of its query. `without` leaves out the choice of one attribute. */
export function conditionsOf(
  { level, shelf, inStock, choices }: Listing,
  words: readonly string[],
  { meaning = 'known-by', without }: { meaning?: Meaning; without?: string | undefined } = {},
): Conditions {
  const groups = [
    ...wordGroups(words, meaning),
    ...choices
      .filter(({ name }) => name !== without)
      .map(({ name, values }) => values.map((value) => `${name}=${value}`)),
    ...(level === 0 ? [] : [[categoryTerm(shelf)]]),
    ...(inStock === null ? [] : [[stockTerm(inStock)]]),
  ];
  return {
    all: groups.flatMap((group) => (group.length === 1 ? group : [])),
    oneOf: groups.filter((group) => group.length > 1),
  };
}

function wordGroups(words: readonly string[], meaning: Meaning): string[][] {
  if (words.length === 0) return [];
  if (meaning === 'known-by') return words.map((word) => [word]);
  const groups = words.map((word) => [word, describedTerm(word)]);
  return meaning === 'described' ? groups : [groups.flat()];
}
