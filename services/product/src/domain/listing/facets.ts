import type { Facet } from '../../contract.ts';
import type { Choice } from './listing.ts';

/** What counting reads of a match: `<name>=<value>`, and its price in the list's currency. */
export type Match = { facets: readonly string[]; price: number };

export const mostMatches = 10_000;
const mostValues = 20;
const mostFacets = 20;

export type FacetCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** How many of the matches have each value of each name. */
export function countValues(matches: readonly Match[]): FacetCounts {
  const counts = new Map<string, Map<string, number>>();
  for (const { facets } of matches) for (const facet of facets) count(counts, facet);
  return counts;
}

function count(counts: Map<string, Map<string, number>>, facet: string): void {
  const split = facet.indexOf('=');
  const name = facet.slice(0, split);
  const value = facet.slice(split + 1);
  let values = counts.get(name);
  if (!values) counts.set(name, (values = new Map()));
  values.set(value, (values.get(value) ?? 0) + 1);
}

/**
 * The facets of a list. One in which something is chosen is counted over what would match without that choice (`withoutOwn`),
 * so that its other values stay to be added; the others over the matches. A chosen value is always there.
 */
export function facetsOf(
  counts: FacetCounts,
  withoutOwn: ReadonlyMap<string, FacetCounts>,
  choices: readonly Choice[],
  labelOf: (name: string, value: string) => string,
): Facet[] {
  const chosen = new Map(choices.map(({ name, values }) => [name, values]));
  const names = [...new Set([...chosen.keys(), ...[...counts.keys()].sort(compareNames)])];
  return names.slice(0, mostFacets).map((name) => {
    const values = (withoutOwn.get(name) ?? counts).get(name) ?? new Map<string, number>();
    const kept = topValues(values, chosen.get(name) ?? []);
    return {
      name,
      label: labelOf(name, ''),
      values: kept.map(([value, number]) => ({ value, label: labelOf(name, value), count: number })),
    };
  });
}

export function priceRangeOf(matches: readonly Match[]): { min: number; max: number } | null {
  let range: { min: number; max: number } | null = null;
  for (const { price } of matches)
    range = range ? { min: Math.min(range.min, price), max: Math.max(range.max, price) } : { min: price, max: price };
  return range;
}

/** `countryOfOrigin` → `Country of origin`. */
export function labelOfName(name: string): string {
  const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function topValues(values: ReadonlyMap<string, number>, chosen: readonly string[]): [string, number][] {
  const others = [...values].filter(([value]) => !chosen.includes(value)).sort(compareCounts);
  const own = chosen.map((value): [string, number] => [value, values.get(value) ?? 0]);
  return [...own, ...others.slice(0, Math.max(0, mostValues - own.length))].sort(compareCounts);
}

function compareCounts([a, countA]: [string, number], [b, countB]: [string, number]): number {
  return countB - countA || (a < b ? -1 : 1);
}

const first = ['category', 'brand'];

function compareNames(a: string, b: string): number {
  const [placeA, placeB] = [first.indexOf(a), first.indexOf(b)];
  if (placeA !== placeB && (placeA >= 0 || placeB >= 0)) return (placeA < 0 ? 9 : placeA) - (placeB < 0 ? 9 : placeB);
  return a < b ? -1 : 1;
}
