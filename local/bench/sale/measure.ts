import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../steps.ts';
import { type Backlog, measureBacklog } from './backlog.ts';
import { costOf, eachOf, type Parts, readCpuByPart, sumOf } from './parts.ts';
import { describeShop, runProgram } from './program.ts';
import { withSteadyVendors } from './vendors.ts';

/** What `tests/sale/bench/task.ts` prints; milliseconds. */
export type Tally = {
  count: number;
  failed: Record<string, number>;
  seconds: number;
  p50: number;
  p95: number;
  p99: number;
};
export type Bought = Tally & {
  captured: { count: number; p50: number; p95: number; p99: number };
  drainedSeconds: number;
};

/** `parts`: CPU-ms of one operation. Failures are those of all runs. */
export type Measured<Result> = Result & { parts: Parts; cpuMs: number };

export type SaleFigures = {
  carts: Measured<Tally>;
  /** Ten clients without a pause. */
  cartsCrowd: Measured<Tally>;
  checkouts: Measured<Bought>;
  /** As many a second as must be accepted, for minutes. */
  steady: Measured<Bought>;
  /** Ten clients without a pause, as long. */
  crowd: Measured<Bought>;
  backlog: Backlog[];
};

type Shelf = { skus: string[]; productIds: string[]; catalogue: string[] };
type Load = { skus: readonly string[]; perSecond: number | null; seconds: number };
type Task =
  | { kind: 'offer' | 'deliver' }
  | ({ kind: 'carts' | 'checkouts' } & Load)
  | { kind: 'withdraw'; productIds: readonly string[] };
type Perform = <Result>(task: Task) => Promise<Result>;

/** A second: well within what two cores bear. Two requests make a cart. */
export const rates = { carts: 75, checkouts: 10, steady: 16 } as const;
/** Long enough for queues to fill, if they do. */
export const minutes = 3;
/** Services get quicker for their first thousands of requests, and so do the peers, which were measured behind as many. */
const warmUpSeconds = 60;
const idleSeconds = 20;
/** The median of these stands for all. */
const timesEach = 3;

/** Buys in the shop that is up; afterwards every parcel has arrived, and the goods are off the shelf. */
export async function measureSale(): Promise<SaleFigures> {
  const shop = await describeShop('bench/task');
  return withSteadyVendors(() => sellAll((task) => runProgram('bench/task', { ...shop, task })));
}

async function sellAll(perform: Perform): Promise<SaleFigures> {
  say('what is still under way is delivered');
  await perform({ kind: 'deliver' });
  say('backlog of messages');
  const backlog = await measureBacklog();
  say('goods for the bench');
  const shelf = await perform<Shelf>({ kind: 'offer' });
  try {
    return { ...(await measureAll(perform, shelf)), backlog };
  } finally {
    await clearAway(perform, shelf).catch((error: unknown) => say(`not cleared away: ${String(error)}`));
  }
}

async function measureAll(perform: Perform, { skus, catalogue }: Shelf): Promise<Omit<SaleFigures, 'backlog'>> {
  say('warm-up');
  await perform<Bought>({ kind: 'checkouts', skus, perSecond: null, seconds: warmUpSeconds });
  await perform<Tally>({ kind: 'carts', skus: catalogue, perSecond: rates.carts, seconds: 10 });
  const idle = await measureIdleParts();
  const measure = async <Result extends Tally>(task: Task & Load, times: number): Promise<Measured<Result>> => {
    const runs: Measured<Result>[] = [];
    for (let time = 0; time < times; time += 1) runs.push(await measureOnce(() => perform<Result>(task), idle));
    return medianOf(runs);
  };
  // The crowd comes first: what is bought later is bought in a shop that has sold some thousand times, as the peers had.
  say(`checkouts, 10 clients, ${minutes} minutes`);
  const load = { kind: 'checkouts', skus, perSecond: rates.checkouts, seconds: 30 } as const;
  const crowd = await measure<Bought>({ ...load, perSecond: null, seconds: minutes * 60 }, 1);
  say(`checkouts, ${rates.steady} a second, ${minutes} minutes`);
  const steady = await measure<Bought>({ ...load, perSecond: rates.steady, seconds: minutes * 60 }, 1);
  say(`checkouts, ${rates.checkouts} a second`);
  const checkouts = await measure<Bought>(load, timesEach);
  const filling = { kind: 'carts', skus: catalogue, perSecond: rates.carts, seconds: 10 } as const;
  say(`new carts, ${rates.carts} a second`);
  const carts = await measure<Tally>(filling, timesEach);
  say('new carts, 10 clients');
  const cartsCrowd = await measure<Tally>({ ...filling, perSecond: null }, timesEach);
  return { carts, cartsCrowd, checkouts, steady, crowd };
}

async function measureIdleParts(): Promise<Parts> {
  say('idle');
  const before = await readCpuByPart();
  await pause(idleSeconds * 1_000);
  const used = costOf(before, await readCpuByPart(), { perSecond: {}, seconds: 0 });
  return eachOf(used, idleSeconds);
}

async function measureOnce<Result extends Tally>(
  work: () => Promise<Result>,
  idlePerSecond: Parts,
): Promise<Measured<Result>> {
  const before = await readCpuByPart();
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const used = costOf(before, await readCpuByPart(), { perSecond: idlePerSecond, seconds });
  const count = operationsOf(result);
  if (count === 0) throw new Failure(`Nothing came of it: ${JSON.stringify(result.failed)}`, 'See: make status');
  const parts = eachOf(used, count);
  const cpuMs = sumOf(parts);
  const failed = Object.values(result.failed).reduce((sum, times) => sum + times, 0);
  say(
    `${cpuMs.toFixed(2)} CPU-ms, ${(result.count / result.seconds).toFixed(1)}/s, p95 ${result.p95.toFixed(0)} ms, ${failed} failed`,
  );
  return { ...result, parts, cpuMs };
}

/** A checkout is one when it was paid for. */
const operationsOf = (result: Tally | Bought): number => ('captured' in result ? result.captured.count : result.count);

/** The one in the middle, with what failed in any of them. */
export function medianOf<Result extends Tally>(runs: readonly Measured<Result>[]): Measured<Result> {
  const sorted = runs.toSorted((a, b) => a.cpuMs - b.cpuMs);
  const failed: Record<string, number> = {};
  for (const run of runs)
    for (const [what, times] of Object.entries(run.failed)) failed[what] = (failed[what] ?? 0) + times;
  return { ...(sorted[Math.floor(sorted.length / 2)] as Measured<Result>), failed };
}

async function clearAway(perform: Perform, { productIds }: Shelf): Promise<void> {
  say('parcels are delivered');
  const { delivered, left } = await perform<{ delivered: number; left: number }>({ kind: 'deliver' });
  say(`${delivered} delivered${left > 0 ? `, ${left} or more have not arrived` : ''}`);
  await perform({ kind: 'withdraw', productIds });
}

const say = (text: string): void => console.log(`sale: ${text}`);
