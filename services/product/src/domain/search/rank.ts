import { rankedFields, termOf } from './search-entry.ts';
import { stem, wordsOf } from './words.ts';

/** What a person typed. The last word may be half typed, unless a space follows it. */
export type SearchQuery = { words: string[]; lastIsOpen: boolean };

export type Candidate = { id: string; words: string };
export type Ranked = { id: string; score: number };

const mostWords = 8;
const weights: Record<(typeof rankedFields)[number], number> = { name: 10, brand: 6, category: 4, attributes: 2 };
/** A candidate of all words has each somewhere: what is in no ranked field is in the description. */
const descriptionWeight = 1;
/** A word that only begins as the typed one does counts less than one that is it. */
const beginningFactor = 0.7;
/** For a name that starts as the query does. */
const startWeight = 3;

export function readSearchQuery(text: string): SearchQuery {
  const words = [...new Set(wordsOf(text))].slice(0, mostWords);
  return { words, lastIsOpen: words.length > 0 && !/[\s\p{P}]$/u.test(text) };
}

/** What the words of the query are looked up by. */
export function termsOf({ words }: SearchQuery): string[] {
  return [...new Set(words.map(termOf))];
}

/**
 * The candidates, best first: each word of the query scores the heaviest field it is in; names that start as the query does
 * and short names score more. Pure and the same on every server; equals are ordered by id.
 */
export function rank(
  query: SearchQuery,
  candidates: readonly Candidate[],
  { haveAll = true }: { haveAll?: boolean } = {},
): Ranked[] {
  const wanted = query.words.map((word, i) => ({
    word,
    stem: stem(word),
    isOpen: query.lastIsOpen && i === query.words.length - 1,
    atLeast: haveAll ? descriptionWeight : 0,
  }));
  return candidates.map(({ id, words }) => ({ id, score: scoreOf(wanted, words) })).sort(compareRanked);
}

/** The order of the ranked: the higher score first, equals by id. */
export function compareRanked(a: Ranked, b: Ranked): number {
  return b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

type Wanted = { word: string; stem: string; isOpen: boolean; atLeast: number };

function scoreOf(wanted: readonly Wanted[], words: string): number {
  const fields = words.split('\n').map((line) => (line === '' ? [] : line.split(' ')));
  const name = fields[0] ?? [];
  const sum = wanted.reduce((total, one) => total + scoreOfWord(one, fields), 0);
  const start = wanted.length === 0 ? 0 : Math.min(...wanted.map((one, i) => likeness(one, name[i])));
  const brevity = 1 / (1 + name.length);
  return Math.round((sum + startWeight * start + brevity) * 1000) / 1000;
}

function scoreOfWord(wanted: Wanted, fields: readonly string[][]): number {
  let best = wanted.atLeast;
  for (const [i, field] of rankedFields.entries()) {
    if (weights[field] <= best) break;
    for (const word of fields[i] ?? []) best = Math.max(best, weights[field] * likeness(wanted, word));
  }
  return best;
}

/** 1 for the word itself (in singular or plural), less for one that it may become, 0 for another. */
function likeness(wanted: Wanted, word: string | undefined): number {
  if (word === undefined || word[0] !== wanted.word[0]) return 0; // most are told apart by that, and a stem begins as its word does
  if (word === wanted.word || stem(word) === wanted.stem) return 1;
  return wanted.isOpen && word.startsWith(wanted.word) ? beginningFactor : 0;
}
