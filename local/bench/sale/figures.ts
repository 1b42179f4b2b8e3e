/** What `tests/sale/race.ts` prints; seconds of each run. */
export type RaceResult = {
  runs: number;
  buyers: number;
  units: number;
  sold: number[];
  seconds: number[];
  breaches: string;
};

/** What `tests/sale/chaos.ts` prints. */
export type ChaosResult = {
  minutes: number;
  kills: Record<string, number>;
  started: number;
  accepted: number;
  failed: Record<string, number>;
  p50: number;
  p95: number;
  settledSeconds: number;
  breaches: string;
};

export type When = { date: string; machine: string };

export function describeRace(result: RaceResult, { date, machine }: When): string {
  const { runs, buyers, units, sold, seconds } = result;
  const exact = sold.filter((count) => count === units).length;
  return [
    `${date}, ${machine}. ${buyers} buyers of ${units} units, ${runs} runs: exactly ${units} orders in ${exact} of them;`,
    `the last buyer had an answer after ${quantile(seconds, 0.5).toFixed(1)} s (median), ${quantile(seconds, 1).toFixed(1)} s at most. ${breachesOf(result)}`,
  ].join('\n');
}

export function describeChaos(result: ChaosResult, { date, machine }: When): string {
  const { minutes, kills, started, accepted, failed, p50, p95, settledSeconds } = result;
  const killed = Object.entries(kills).map(([service, count]) => `${service} ${count}`);
  const others = Object.entries(failed).map(([what, count]) => `${count} × ${what}`);
  return [
    `${date}, ${machine}. ${minutes} minutes, five checkouts a second, a pod killed every five seconds (${killed.join(', ')}):`,
    `${started} checkouts begun, ${accepted} accepted${others.length > 0 ? `, not accepted: ${others.join(', ')}` : ''}; from the button to the answer,`,
    `kills included, p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms; all orders had ended ${Math.round(settledSeconds)} s after the last kill. ${breachesOf(result)}`,
  ].join('\n');
}

/** Parts of the page of benchmarks, and which command writes each. */
const writers = { sale: 'bench', race: 'race', chaos: 'chaos' } as const;
export type PartName = keyof typeof writers;

/** The page with the part of that name replaced. */
export function withPart(page: string, name: PartName, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin (written by make ${writers[name]}) -->`, `<!-- ${name}:end -->`];
  const [head, rest] = page.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`the page of benchmarks has no ${begin} … ${end}`);
  return `${head}${begin}\n${text}\n${end}${tail}`;
}

const breachesOf = ({ breaches }: { breaches: string }): string =>
  breaches === ''
    ? 'The auditor found no breach.'
    : `The auditor found breaches:\n\n${breaches.replaceAll(/^/gm, '    ')}`;

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
