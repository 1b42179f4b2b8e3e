import type { Memory } from '../status/memory.ts';
import { fixedRate, type Measurement } from './measure.ts';
import type { Rendering } from './rendering.ts';
import type { ScenarioName } from './scenarios.ts';
import type { ServiceFigures } from './services.ts';

export type Figures = {
  machine: string;
  date: string;
  products: string;
  measurements: Measurement[];
  memory: Memory;
  services: ServiceFigures[];
  tracedServices: ServiceFigures[];
  rendering: Rendering;
  idlePerSecond: number;
  readySeconds: number;
};

type Goal = { what: string; reach: string; peers: string };
/** What to reach, and what the peers took on such a machine (Vendure 3.2, Medusa 2; the same definitions, 10 clients). */
const goals: Record<ScenarioName, Goal> = {
  'list-warm': { what: 'List of 24, cache warm', reach: '≤ 1 CPU-ms', peers: '–' },
  'list-cold': {
    what: 'List of 24, cache cold',
    reach: '≤ 3 CPU-ms',
    peers: 'Vendure 3.2 from its index, 80 in full; Medusa 40 CPU-ms',
  },
  'search-cold': {
    what: 'Text search, cache cold',
    reach: '≤ 8 CPU-ms, p95 ≤ 80 ms',
    peers: 'Vendure over 54 products: 8 CPU-ms',
  },
  browse: { what: 'Browse mix over the API', reach: '–', peers: '–' },
  pages: { what: 'Browse mix of rendered pages', reach: '–', peers: '–' },
};

/** As often as ten clients can. */
const goalsAtMost: Partial<Record<ScenarioName, Omit<Goal, 'what'>>> = {
  'list-cold': {
    reach: '≤ 3 CPU-ms',
    peers: "so measured: Vendure's index 3.2 CPU-ms, 478/s",
  },
  'search-cold': {
    reach: '≤ 8 CPU-ms, p95 ≤ 80 ms',
    peers: "so measured: Vendure's 8.2 CPU-ms, 226/s, over 54 products",
  },
  browse: {
    reach: '≥ 800/s, p95 ≤ 60 ms',
    peers: "Vendure's index search alone 478/s, its full list 20/s",
  },
  pages: { reach: '≥ 350/s, p95 ≤ 100 ms', peers: '–' },
};

const begin = '<!-- bench:begin (written by make bench) -->';
const end = '<!-- bench:end -->';

/** The page with its measured part replaced. */
export function withFigures(page: string, figures: Figures): string {
  const [head] = page.split(begin);
  const [, tail] = page.split(end);
  if (head === undefined || tail === undefined) throw new Error(`the page of benchmarks has no ${begin} … ${end}`);
  return `${head}${begin}\n${render(figures)}\n${end}${tail}`;
}

function render({
  machine,
  date,
  products,
  measurements,
  memory,
  services,
  tracedServices,
  rendering,
  idlePerSecond,
  readySeconds,
}: Figures): string {
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  const seconds = ({ startMs }: ServiceFigures) => `${(startMs / 1000).toFixed(1)} s`;
  const total = Object.values(memory).reduce((sum, bytes) => sum + bytes, 0);
  return `${date}, ${machine}; ${products} products; 10 clients on the same cores, together at ${fixedRate} requests a second where nothing else is said; medians of three runs behind a warm-up.

| What | CPU-ms | a second | p50 / p95 / p99 ms | failed | To reach | Peers |
|---|---|---|---|---|---|---|
${measurements.map(row).join('\n')}

| | |
|---|---|
| Storefront applied → Ready, images present | ${readySeconds.toFixed(1)} s |
${services.map((one) => `| ${one.service}: start, all starting together | ${seconds(one)} |`).join('\n')}
${tracedServices
  .map((one) => `| ${one.service}, traced: the same; idle PSS | ${seconds(one)}; ${mebibytes(one.idleBytes)} MiB |`)
  .join('\n')}
| ${rendered(rendering)} |
| Fleet and stores, idle | ${(idlePerSecond / 10).toFixed(1)} % of a core |
${Object.entries(memory)
  .map(([group, bytes]) => `| Memory, PSS: ${group} | ${mebibytes(bytes)} MiB |`)
  .join('\n')}
| Memory, PSS: all (to reach: ≤ 3584 MiB) | ${mebibytes(total)} MiB |`;
}

function rendered({ storefronts, objectsEach, firstCpuMs, againCpuMs }: Rendering): string {
  const what = `Operator: ${storefronts} Storefronts of ${objectsEach} objects rendered, first; again`;
  return `${what} (to reach: ≤ 50 with 60 objects) | ${Math.round(firstCpuMs)}; ${Math.round(againCpuMs)} CPU-ms`;
}

function row({ scenario, perSecond, cpuMs, answered, p50, p95, p99, failed }: Measurement): string {
  const atMost = perSecond === null && { what: 'The same, without a pause', ...goalsAtMost[scenario] };
  const { what, reach, peers } = { ...goals[scenario], ...atMost };
  const times = [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ');
  return `| ${what} | ${cpuMs.toFixed(2)} | ${Math.round(answered)} | ${times} | ${failed} | ${reach} | ${peers} |`;
}
