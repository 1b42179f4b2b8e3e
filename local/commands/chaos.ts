import { describeChaos, type ChaosResult } from '../bench/sale/figures.ts';
import { runSale } from '../bench/sale/program.ts';
import { record } from '../bench/sale/record.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';

/** Kills pods of the shop that is up while orders are placed, for so many minutes. Fails on any breach. */
export async function run(options: Options): Promise<number> {
  const result = await withLock('chaos', () => runSale<ChaosResult>('chaos', options));
  await record('chaos', result, describeChaos);
  return result.breaches === '' ? 0 : 1;
}
