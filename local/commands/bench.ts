import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measure, measureIdle, type Measurement, withClients } from '../bench/measure.ts';
import { withFigures } from '../bench/page.ts';
import { timeToReady } from '../bench/ready.ts';
import { scenarioNames } from '../bench/scenarios.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { paths } from '../paths.ts';
import { readReport } from '../status/report.ts';
import { Failure } from '../steps.ts';

const seconds = 10;

/** Measures the shop that is up and writes `docs/benchmarks.md`. */
export async function run(_options: Options): Promise<void> {
  const { storefronts } = await readReport();
  if (storefronts.length === 0) throw new Failure('There is no shop to measure.', 'Run: make up');
  await withLock('bench', () => withClients(runEverything));
}

async function runEverything(): Promise<void> {
  const idlePerSecond = await measureIdle(seconds);
  console.log(`idle: ${(idlePerSecond / 10).toFixed(1)} % of a core`);
  const { memory } = await readReport();
  const measurements: Measurement[] = [];
  for (const scenario of scenarioNames) {
    const measured = await measure(scenario, { seconds, idlePerSecond });
    measurements.push(measured);
    console.log(
      `${scenario}: ${measured.cpuMs.toFixed(2)} CPU-ms, ${Math.round(measured.perSecond)}/s, p95 ${measured.p95.toFixed(1)} ms, ${measured.failed} failed`,
    );
  }
  const readySeconds = await timeToReady();
  console.log(`applied to ready: ${readySeconds.toFixed(1)} s`);

  const file = join(paths.checkout, 'docs/benchmarks.md');
  const machine = `${cpus().length} cores ${cpus()[0]?.model.trim() ?? ''}`;
  const date = new Date().toISOString().slice(0, 10);
  const figures = { machine, date, measurements, memory, idlePerSecond, readySeconds };
  await writeFile(file, withFigures(await readFile(file, 'utf8'), figures));
}
