import type { When } from '../page-part.ts';
import { type Bought, type Measured, minutes, rates, type SaleFigures, type Tally } from './measure.ts';

const backlogToReach = '≥ 500/s';

/** The part about the sale on the page of benchmarks. */
export function describeSale(figures: SaleFigures, { date, machine }: When): string {
  const { carts, cartsCrowd, checkouts, steady, crowd, backlog } = figures;
  return [
    `${date}, ${machine}; clients on the same cores; behind a warm-up, medians of three runs, those of ${minutes} minutes measured once.`,
    '',
    '| What | CPU-ms | a second | p50 / p95 / p99 ms | failed | To reach | Peers |',
    '|---|---|---|---|---|---|---|',
    row('New cart + first item, both requests', carts, '≤ 4 CPU-ms', 'Vendure 31; Medusa 195 CPU-ms'),
    row('The same, 10 clients without a pause', cartsCrowd, '≤ 4 CPU-ms', 'so measured: Vendure 31, Medusa 195 CPU-ms'),
    row('Complete checkout to CAPTURED', checkouts, '≤ 60 CPU-ms, aim 40', 'Vendure 134; Medusa 815 CPU-ms'),
    captureRow(checkouts, '–'),
    row(`Checkouts accepted, ${rates.steady} a second, ${minutes} minutes`, steady, '≥ 15/s, p95 ≤ 250 ms', '–'),
    captureRow(steady, 'p95 ≤ 3,000 ms'),
    row(
      `Checkouts accepted, 10 clients without a pause, ${minutes} minutes`,
      crowd,
      '≥ 15/s, p95 ≤ 250 ms; aim 30/s',
      'so measured: Vendure 134 CPU-ms, 12.2/s, p50 806 ms; Medusa 815 CPU-ms, 1.5/s',
    ),
    captureRow(crowd, 'p95 ≤ 3,000 ms'),
    ...backlog.map(
      ({ what, perSecond }) => `| A backlog drains: ${what} | – | ${perSecond} | – | – | ${backlogToReach} | – |`,
    ),
    '',
    `Times of checkouts are those of the request that places. New carts come ${rates.carts} a second, checkouts ${rates.checkouts} a second where nothing else is said. ${failuresOf(figures)}`,
    '',
    profileOf('A new cart', carts),
    profileOf('A new cart, clients without a pause', cartsCrowd),
    profileOf('A checkout', checkouts),
    profileOf(`A checkout, ${rates.steady} a second`, steady),
    profileOf('A checkout, clients without a pause', crowd),
  ].join('\n');
}

function row(what: string, result: Measured<Tally>, reach: string, peers: string): string {
  const { cpuMs, count, seconds, failed } = result;
  const times = Object.values(failed).reduce((sum, each) => sum + each, 0);
  return `| ${what} | ${cpuMs.toFixed(1)} | ${(count / seconds).toFixed(1)} | ${timesOf(result)} | ${times} | ${reach} | ${peers} |`;
}

const captureRow = ({ captured }: Bought, reach: string): string =>
  `| – of these, placed → captured | – | – | ${timesOf(captured)} | – | ${reach} | – |`;

const timesOf = ({ p50, p95, p99 }: { p50: number; p95: number; p99: number }): string =>
  [p50, p95, p99].map((value) => Math.round(value).toLocaleString('en')).join(' / ');

function failuresOf({ carts, cartsCrowd, checkouts, steady, crowd }: SaleFigures): string {
  const all = [carts, cartsCrowd, checkouts, steady, crowd].flatMap(({ failed }) => Object.entries(failed));
  return all.length === 0 ? 'None failed.' : `Failed: ${all.map(([what, times]) => `${times} × ${what}`).join('; ')}.`;
}

/** Where the processor time goes, the largest first; what rounds to nothing is left out. */
function profileOf(what: string, { parts }: Measured<Tally>): string {
  const shown = Object.entries(parts)
    .filter(([, ms]) => Math.abs(ms) >= 0.05)
    .toSorted(([, a], [, b]) => b - a);
  return `- ${what}, CPU-ms by what uses it: ${shown.map(([part, ms]) => `${part} ${ms.toFixed(1)}`).join(', ')}.`;
}
