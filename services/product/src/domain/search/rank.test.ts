import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRanked, rank, readSearchQuery, termsOf, type Candidate } from './rank.ts';
import { searchEntry, termOf } from './search-entry.ts';
import { draft, type Content } from '../product.ts';

const content = (changes: Partial<Content>): Content => ({
  name: 'Mug',
  description: '',
  brand: null,
  category: 'mugs',
  attributes: {},
  options: [],
  variants: [],
  images: [],
  ...changes,
});
const now = new Date('2026-01-01T00:00:00Z');
const entry = (changes: Partial<Content>, categories: string[] = ['Kitchen', 'Mugs']) =>
  searchEntry(
    draft(content(changes), { productId: 'p', slug: 'p' }, now),
    categories.map((name, position) => ({ slug: 's', name, parent: null, position })),
  );
const candidate = (id: string, changes: Partial<Content>): Candidate => ({ id, words: entry(changes).words });
const order = (text: string, candidates: Candidate[]) => rank(readSearchQuery(text), candidates).map(({ id }) => id);

describe('the rank of a product', () => {
  it('puts the name above the brand, the category, the attributes and the description', () => {
    const candidates = [
      candidate('description', { name: 'Cup', description: 'Made of walnut' }),
      candidate('attribute', { name: 'Cup', attributes: { material: ['Walnut'] } }),
      candidate('brand', { name: 'Cup', brand: 'Walnut' }),
      candidate('name', { name: 'Walnut cup' }),
    ];
    expect(order('walnut ', candidates)).toEqual(['name', 'brand', 'attribute', 'description']);
  });

  it('puts a name that starts as the query does first', () => {
    const candidates = [candidate('a', { name: 'Lamp for a blue mug' }), candidate('b', { name: 'Blue mug' })];
    expect(order('blue mug', candidates)).toEqual(['b', 'a']);
  });

  it('takes singular and plural, accents and capitals for the same', () => {
    expect(
      order('crème BRUSHES', [candidate('a', { name: 'Crème brush' }), candidate('b', { name: 'Creme rug' })]),
    ).toEqual(['a', 'b']);
  });

  it('puts a whole word above one that only begins so', () => {
    const candidates = [candidate('a', { name: 'Matting roll' }), candidate('b', { name: 'Long mat' })];
    expect(order('mat', candidates)).toEqual(['b', 'a']);
  });

  it('orders equals by id', () => {
    expect(order('mug', [candidate('b', {}), candidate('a', {})])).toEqual(['a', 'b']);
  });

  const words = fc.array(fc.constantFrom('blue', 'mug', 'mugs', 'oak', 'table', 'tab', 'steel'), { maxLength: 5 });
  const candidates = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      words: fc.tuple(words, words, words, words).map((lines) => lines.map((line) => line.join(' ')).join('\n')),
    }),
    { selector: ({ id }) => id, maxLength: 30 },
  );

  it('does not depend on the order in which candidates come', () => {
    fc.assert(
      fc.property(candidates, words, fc.infiniteStream(fc.nat()), (all, query, noise) => {
        const keys = new Map(all.map(({ id }) => [id, noise.next().value as number]));
        const shuffled = [...all].sort((a, b) => (keys.get(a.id) ?? 0) - (keys.get(b.id) ?? 0));
        const text = query.join(' ');
        expect(rank(readSearchQuery(text), shuffled)).toEqual(rank(readSearchQuery(text), all));
      }),
    );
  });

  it('is a total order, so that every page goes on where the last one ended', () => {
    fc.assert(
      fc.property(candidates, words, fc.integer({ min: 1, max: 7 }), (all, query, size) => {
        const ranked = rank(readSearchQuery(query.join(' ')), all);
        const paged: typeof ranked = [];
        for (let last = ranked[-1]; paged.length < ranked.length; last = paged.at(-1)) {
          const position = last;
          const rest = position ? ranked.filter((one) => compareRanked(position, one) < 0) : ranked;
          paged.push(...rest.slice(0, size));
        }
        expect(paged).toEqual(ranked);
      }),
    );
  });
});

describe('the terms of a product', () => {
  it('find it by all its words and by the beginnings of those it is known by', () => {
    const { terms } = entry({ name: 'Copper kettle', description: 'Boils water', attributes: { colour: ['Amber'] } });
    for (const term of ['copper', 'cop', 'ke', 'kettl', 'kettle', 'kitchen', 'mug', '~boil', '~water', 'amber'])
      expect(terms).toContain(term);
    for (const term of ['wat', '~wat', 'amb', 'water']) expect(terms).not.toContain(term);
  });

  it('contain the terms of every query made of its name', () => {
    const name = fc.array(fc.stringMatching(/^[a-zA-Zéü0-9]{1,12}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(name, fc.nat(), (parts, typed) => {
        const terms = new Set(entry({ name: parts.join(' ') }).terms);
        const last = parts.at(-1) ?? '';
        const text = [...parts.slice(0, -1), last.slice(0, 2 + (typed % 12))].join(' ');
        const missing = termsOf(readSearchQuery(text)).filter((term) => !terms.has(term));
        // Half a plural that ends in "ie" is the one beginning that the whole word does not have.
        expect(missing.filter((term) => !term.endsWith('i') && !term.endsWith('ie'))).toEqual([]);
      }),
    );
  });

  it('are short and none is half a letter', () => {
    expect(termOf('internationalisation')).toBe('internat');
    expect(termOf('a😀b😀c😀d😀e😀')).toBe('a😀b😀c😀d😀');
  });
});
