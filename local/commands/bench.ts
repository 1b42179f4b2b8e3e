import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findEdge } from '../bench/edge.ts';
import { fixedRate, measure, measureIdle, type Measurement, warmUp, withClients } from '../bench/measure.ts';
import { countProducts } from '../bench/products.ts';
import { withFigures } from '../bench/page.ts';
import { timeToReady, traced, untilNothingEnds } from '../bench/ready.ts';
import { type ScenarioName, scenarioNames } from '../bench/scenarios.ts';
import { readServices } from '../bench/services.ts';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { paths } from '../paths.ts';
import { readReport } from '../status/report.ts';
import { Failure } from '../steps.ts';

const seconds = 10;
/** Asked as well as often as the clients can. */
const atMost: readonly ScenarioName[] = ['list-cold', 'search-cold', 'browse', 'pages'];

/** Measures the shop that is up and writes `docs/benchmarks.md`. */
export async function run(_options: Options): Promise<void> {
  const { storefronts } = await readReport();
  if (storefronts.length === 0) throw new Failure('There is no shop to measure.', 'Run: make up');
  await withLock('bench', () => withClients(runEverything));
}

async function runEverything(): Promise<void> {
  await untilNothingEnds();
  const idlePerSecond = await measureIdle(seconds);
  console.log(`idle: ${(idlePerSecond / 10).toFixed(1)} % of a core`);
  const { memory } = await readReport();
  const measurements: Measurement[] = [];
  const base = await findEdge();
  for (const scenario of scenarioNames) {
    await warmUp(scenario, base);
    for (const perSecond of atMost.includes(scenario) ? [fixedRate, null] : [fixedRate]) {
      const measured = await measure({ scenario, perSecond }, { base, seconds, idlePerSecond });
      measurements.push(measured);
      console.log(
        `${scenario}: ${measured.cpuMs.toFixed(2)} CPU-ms, ${Math.round(measured.answered)}/s, p95 ${measured.p95.toFixed(1)} ms, ${measured.failed} failed`,
      );
    }
  }
  const products = await countProducts(base);
  const readySeconds = await timeToReady();
  console.log(`applied to ready: ${readySeconds.toFixed(1)} s`);
  const services = await readServices();
  const tracedServices = await traced(async () => {
    await pause(30_000); // what a start leaves behind is collected
    return readServices();
  });

  const file = join(paths.checkout, 'docs/benchmarks.md');
  const machine = `${cpus().length} cores ${cpus()[0]?.model.trim() ?? ''}`;
  const date = new Date().toISOString().slice(0, 10);
  const started = { readySeconds, services, tracedServices };
  const figures = { machine, date, products, measurements, memory, idlePerSecond, ...started };
  await writeFile(file, withFigures(await readFile(file, 'utf8'), figures));
}
