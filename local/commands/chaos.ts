import { chaosFailures, describeChaos, type ChaosResult } from '../bench/sale/figures.ts';
import { runSale } from '../bench/sale/program.ts';
import { record } from '../bench/record.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';

/** Kills pods of the shop that is up while orders are placed, for so many minutes. Fails on any breach and on any order that does not end. */
export async function run(options: Options): Promise<number> {
  const result = await withLock('chaos', () => runSale<ChaosResult>('chaos', options));
  await record('chaos', result, describeChaos);
  const failures = chaosFailures(result);
  if (failures.length > 0) console.error(`\nmake chaos: ${failures.join(', ')}.`);
  return failures.length === 0 ? 0 : 1;
}
