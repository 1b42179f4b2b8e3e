import { describe, expect, it } from 'vitest';
import { stem, wordsOf } from './words.ts';

describe('the words of a text', () => {
  it.each([
    ["Crème-brûlée dish, 2.5 L (children's)", ['creme', 'brulee', 'dish', '2', '5', 'l', 'childrens']],
    ['Straße Œuvre smørrebrød', ['strasse', 'oeuvre', 'smorrebrod']],
    ['青い急須', ['青い', '急須']],
    ['  …  ', []],
  ])('of "%s" are %j', (text, words) => expect(wordsOf(text)).toEqual(words));

  it.each([
    ['mugs', 'mug'],
    ['glasses', 'glass'],
    ['glass', 'glass'],
    ['brushes', 'brush'],
    ['knives', 'knive'],
    ['trees', 'tree'],
    ['tomatoes', 'tomato'],
    ['berries', 'berry'],
    ['candles', 'candle'],
    ['canvas', 'canva'],
    ['campus', 'campus'],
    ['gas', 'gas'],
  ])('take "%s" for "%s"', (word, singular) => expect(stem(word)).toBe(singular));

  it('have one stem for a word and its plural', () => {
    for (const word of ['mug', 'dish', 'box', 'tray', 'bench', 'table', 'glass', 'berry', 'shoe', 'vase'])
      expect(stem(pluralOf(word)), word).toBe(stem(word));
  });
});

function pluralOf(word: string): string {
  if (word.endsWith('rry')) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
