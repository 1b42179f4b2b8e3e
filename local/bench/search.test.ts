import { describe, expect, it } from 'vitest';
import { describeSearch, readSearches } from './search.ts';

const output = `imported 1000 products: 341 a second, 3.30 CPU-ms each
list of 24, newest                 p50    3.7 p95    7.3 ms    5.03 CPU-ms (store 1.58)  24 items
search by price                    p50    4.1 p95   10.9 ms   16.63 CPU-ms (store 2.33)  5 items
`;

describe('what searches take', () => {
  it('is read from what the program prints', () => {
    expect(readSearches(output)).toEqual([
      { what: 'list of 24, newest', p50: 3.7, p95: 7.3, cpuMs: 5.03, items: 24 },
      { what: 'search by price', p50: 4.1, p95: 10.9, cpuMs: 16.63, items: 5 },
    ]);
  });

  it('is missed when there is none', () => {
    expect(() => readSearches('imported 1000 products')).toThrow('no search');
  });

  it('stands beside what it takes of another catalogue, and a gap is seen', () => {
    const searches = readSearches(output);
    const catalogues = [
      { products: 1_000, searches },
      { products: 100_000, searches: searches.slice(1) },
    ];
    const text = describeSearch(catalogues, { date: '2026-11-29', machine: '2 cores' });
    expect(text).toContain('| What | 1,000 products | 100,000 products |\n|---|---|---|\n');
    expect(text).toContain('| list of 24, newest | 5.0 · 3.7 / 7.3 · 24 | – |');
    expect(text).toContain('| search by price | 16.6 · 4.1 / 10.9 · 5 | 16.6 · 4.1 / 10.9 · 5 |');
  });
});
