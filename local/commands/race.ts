import { withClients } from '../bench/measure.ts';
import { describeRace, type RaceResult } from '../bench/sale/figures.ts';
import { runSale } from '../bench/sale/program.ts';
import { record } from '../bench/record.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';

/** 500 buyers of five units, twenty times, in the shop that is up. Fails unless exactly five were sold each time. */
export async function run(options: Options): Promise<number> {
  const result = await withLock('race', () => withClients(() => runSale<RaceResult>('race', options)));
  await record('race', result, describeRace);
  return result.breaches === '' && result.sold.every((count) => count === result.units) ? 0 : 1;
}
