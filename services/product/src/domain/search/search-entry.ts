import type { NewCategory } from '../../contract.ts';
import type { Product } from '../product.ts';
import { describedTerm, firstTerm, nameTerm } from '../listing/terms.ts';
import { stem, wordsOf } from './words.ts';

/** What search keeps of a published product. */
export type SearchEntry = {
  /** What a query finds it by: its words, the beginnings of those it is known by, and apart the words of its description. */
  terms: string[];
  /** Words by field, a line each in the order of `rankedFields`: all that ranking reads. */
  words: string;
};

/** The fields in the order of their weight. A word that is in none of them was found in the description. */
export const rankedFields = ['name', 'brand', 'category', 'attributes'] as const;

const longestTerm = 8;
const shortestBeginning = 2;
const mostTerms = 200;
const mostRankedWords = 40;
const describedLetters = 2000;

/** What a word is looked up by: the first letters of its singular. What follows them, the ranking compares. */
export function termOf(word: string): string {
  return lettersOf(stem(word)).slice(0, longestTerm).join('');
}

export function searchEntry(product: Product, path: readonly NewCategory[]): SearchEntry {
  const fields = {
    name: wordsOf(product.name),
    brand: wordsOf(product.brand ?? ''),
    category: wordsOf(path.map(({ name }) => name).join(' ')),
    attributes: [...new Set(wordsOf(describingTexts(product).join(' ')))],
  };
  const { name, brand, category, attributes } = fields;
  const begun = [...name, ...brand, ...category];
  const known = new Set([...begun, ...attributes].map(termOf).concat(begun.flatMap(beginningsOf)));
  const described = new Set(wordsOf(product.description.slice(0, describedLetters)).map(termOf));
  const named = [...new Set(name.map(termOf))];
  const terms = [
    ...known,
    ...named.map(nameTerm),
    ...named.slice(0, 1).map(firstTerm),
    ...[...described].filter((term) => !known.has(term)).map(describedTerm),
  ];
  return {
    terms: terms.slice(0, mostTerms),
    words: rankedFields.map((field) => fields[field].slice(0, mostRankedWords).join(' ')).join('\n'),
  };
}

/** `kettle` → `ke`, `ket`, `kett`, `kettl`, so that a word is found while it is typed. */
function beginningsOf(word: string): string[] {
  const letters = lettersOf(termOf(word));
  const lengths = letters.map((_, i) => i).filter((length) => length >= shortestBeginning);
  return lengths.map((length) => letters.slice(0, length).join(''));
}

function describingTexts({ attributes, variants }: Product): string[] {
  const options = variants.flatMap((variant) => Object.values(variant.options));
  return [...new Set([...Object.values(attributes).flat(), ...options, ...variants.map(({ sku }) => sku)])];
}

/** Code points: half a surrogate pair is no text that a store takes. */
function lettersOf(word: string): string[] {
  return Array.from(word);
}
