import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { paths } from '../paths.ts';
import { readReport } from '../status/report.ts';
import { findEdge } from './edge.ts';
import { fixedRate, measure, measureIdle, type Measurement, warmUp } from './measure.ts';
import { withFigures } from './page.ts';
import { countProducts } from './products.ts';
import { timeToReady, traced } from './ready.ts';
import { measureRendering } from './rendering.ts';
import { type ScenarioName, scenarioNames } from './scenarios.ts';
import { readServices } from './services.ts';

const seconds = 10;
/** Asked as well as often as the clients can. */
const atMost: readonly ScenarioName[] = ['list-cold', 'search-cold', 'browse', 'pages'];

/** Catalogue, memory and starts of the shop that is up; it is started anew. */
export async function measureShop(): Promise<void> {
  const idlePerSecond = await measureIdle(seconds);
  console.log(`idle: ${(idlePerSecond / 10).toFixed(1)} % of a core`);
  const rendering = await measureRendering();
  const { memory } = await readReport();
  const base = await findEdge();
  const measurements = await measureScenarios(base, idlePerSecond);
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
  const figures = { machine, date, products, measurements, memory, rendering, idlePerSecond, ...started };
  await writeFile(file, withFigures(await readFile(file, 'utf8'), figures));
}

async function measureScenarios(base: string, idlePerSecond: number): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
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
  return measurements;
}
