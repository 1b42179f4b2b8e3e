import { join } from 'node:path';
import { executeInside } from '../network.ts';
import { paths } from '../paths.ts';
import type { When } from './page-part.ts';

/** What one kind of list or search takes of a catalogue of so many products. */
export type Search = { what: string; p50: number; p95: number; cpuMs: number; items: number };
export type Catalogue = { products: number; searches: Search[] };

/** As many as the shop has, and a hundred times as many. */
const sizes = [1_000, 100_000];

/** Of the service alone, by one client: no gateway, no cache. In databases of their own on the shop's store, gone afterwards. */
export async function measureSearch(): Promise<Catalogue[]> {
  const program = join(paths.checkout, 'services/product/bench/search.ts');
  const catalogues: Catalogue[] = [];
  for (const products of sizes) {
    console.log(`search: ${products.toLocaleString('en')} products`);
    const command = [process.execPath, program, String(products), `bench-search-${products}`, '--drop'];
    const output = await executeInside(command, {
      env: { STOREFRONT_TEST_STORES: paths.storesFile('shop') },
      onLine: (line) => console.log(`  ${line}`),
    });
    catalogues.push({ products, searches: readSearches(output) });
  }
  return catalogues;
}

/** Of what it prints: `search by price   p50 4.1 p95 10.9 ms   6.63 CPU-ms (store 2.33)  15 items`. */
export function readSearches(output: string): Search[] {
  const lines = output.matchAll(/^(.+?) +p50 +([\d.]+) p95 +([\d.]+) ms +([\d.]+) CPU-ms .* (\d+) items$/gm);
  const searches = [...lines].map(([, what = '', ...figures]) => {
    const [p50 = 0, p95 = 0, cpuMs = 0, items = 0] = figures.map(Number);
    return { what, p50, p95, cpuMs, items };
  });
  if (searches.length === 0) throw new Error(`there is no search in what it printed: ${output}`);
  return searches;
}

/** The part about large catalogues on the page of benchmarks. */
export function describeSearch(catalogues: readonly Catalogue[], { date, machine }: When): string {
  const heads = catalogues.map(({ products }) => `${products.toLocaleString('en')} products`);
  const kinds = catalogues[0]?.searches.map(({ what }) => what) ?? [];
  const cell = ({ searches }: Catalogue, kind: string) => {
    const found = searches.find(({ what }) => what === kind);
    return found === undefined
      ? '–'
      : `${found.cpuMs.toFixed(1)} · ${found.p50.toFixed(1)} / ${found.p95.toFixed(1)} · ${found.items}`;
  };
  return [
    `${date}, ${machine}. Of each: CPU-ms of service, client and store · p50 / p95 ms · items found, 24 at most. To reach with a search of 100,000: ≤ 8 CPU-ms, p95 ≤ 80 ms.`,
    '',
    `| What | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---|').join('')}`,
    ...kinds.map((kind) => `| ${kind} | ${catalogues.map((catalogue) => cell(catalogue, kind)).join(' | ')} |`),
  ].join('\n');
}
