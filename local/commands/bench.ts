import { withClients } from '../bench/measure.ts';
import { untilNothingEnds } from '../bench/ready.ts';
import { measureSale } from '../bench/sale/measure.ts';
import { record } from '../bench/record.ts';
import { describeSale } from '../bench/sale/table.ts';
import { describeSearch, measureSearch } from '../bench/search.ts';
import { measureShop } from '../bench/shop.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { readReport } from '../status/report.ts';
import { Failure } from '../steps.ts';

/** Parts of the page, in the order in which they are measured: an idle shop first, then one that has sold; a hundred thousand products last. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  shop: measureShop,
  sale: async () => record('sale', await measureSale(), describeSale),
  search: async () => record('search', await measureSearch(), describeSearch),
};

/** Measures the shop that is up, all of it or the parts that ARGS names, and writes `docs/benchmarks.md`. */
export async function run({ args }: Options): Promise<void> {
  const named = args.split(/\s+/).filter(Boolean);
  const unknown = named.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0)
    throw new Failure(
      `ARGS: there is no ${unknown.join(', ')}.`,
      `Run: make bench ARGS=${Object.keys(parts).join('|')}`,
    );
  const { storefronts } = await readReport();
  if (storefronts.length === 0) throw new Failure('There is no shop to measure.', 'Run: make up');
  await withLock('bench', () =>
    withClients(async () => {
      for (const [name, measure] of Object.entries(parts)) {
        if (named.length > 0 && !named.includes(name)) continue;
        await untilNothingEnds();
        await measure();
      }
    }),
  );
}
