import type { When } from '../page-part.ts';

/** What `tests/sale/race.ts` prints; seconds of each run. */
export type RaceResult = {
  runs: number;
  buyers: number;
  units: number;
  sold: number[];
  seconds: number[];
  breaches: string;
};

/** What `tests/sale/chaos.ts` prints. `settledSeconds` is null where orders had not ended, or invariants did not hold, when it gave up. */
export type ChaosResult = {
  minutes: number;
  kills: Record<string, number>;
  started: number;
  accepted: number;
  failed: Record<string, number>;
  p50: number;
  p95: number;
  settledSeconds: number | null;
  breaches: string;
};

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
    `kills included, p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms; ${endOf(settledSeconds)}. ${breachesOf(result)}`,
  ].join('\n');
}

const endOf = (settledSeconds: number | null): string =>
  settledSeconds === null
    ? 'not all was at rest when the wait for it ended'
    : `all orders had ended ${Math.round(settledSeconds)} s after the last kill`;

/**
 * Why a run has failed: a breach, orders that do not end, or that it has shown nothing. A checkout that fails while pods die is a figure: its
 * buyer was told so, and holds nothing.
 */
export function chaosFailures({ kills, accepted, settledSeconds, breaches }: ChaosResult): string[] {
  return [
    ...(breaches === '' ? [] : ['the auditor found breaches']),
    ...(settledSeconds === null ? ['not all orders have ended'] : []),
    ...(accepted === 0 ? ['no order was accepted'] : []),
    ...(Object.keys(kills).length === 0 ? ['no pod was killed'] : []),
  ];
}

const breachesOf = ({ breaches }: { breaches: string }): string =>
  breaches === ''
    ? 'The auditor found no breach.'
    : `The auditor found breaches:\n\n${breaches.replaceAll(/^/gm, '    ')}`;

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
