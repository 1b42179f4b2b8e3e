import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { executeInside } from '../network.ts';
import { paths } from '../paths.ts';
import { readReport } from '../status/report.ts';
import type { MemoryGroup } from '../status/memory.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { runs, type ScenarioName } from './scenarios.ts';

/** `cpuMs`: processor time of the fleet, its sidecars and its stores for one operation, what they use when idle taken off. */
export type Measurement = LoadResult & Order & { answered: number; cpuMs: number };

/** What to ask, and how often in a second; null: as often as ten clients can that wait for each answer. */
export type Order = { scenario: ScenarioName; perSecond: number | null };

const clients = Array.from({ length: 10 }, (_, index) => [`10.200.0.${101 + index}`, `10.200.0.${121 + index}`]);
/** All of them, while `withClients` works. */
export const clientAddresses: readonly string[] = clients.flat();
/** The rate at which processor time is compared: well within what all of them bear. */
export const fixedRate = 150;
/**
 * As often as possible and not counted: a service gets quicker for its first ten thousand requests, since its code is compiled
 * meanwhile. The peers, one process each, were measured behind as many.
 */
const warmUpSeconds = 40;
/** The median of these stands for all: the machine's speed varies by a fifth from one minute to the next. */
const timesEach = 3;
/** The load's own processes and those of Kubernetes are not the shop. */
const shopGroups: readonly MemoryGroup[] = ['services', 'consul', 'nginx', 'stores'];

/** Gives each client its addresses while `work` runs: a budget of requests is one client's. */
export async function withClients<Result>(work: () => Promise<Result>): Promise<Result> {
  const change = (verb: string) =>
    executeInside([
      'sh',
      '-c',
      clients
        .flat()
        .map((client) => `ip address ${verb} ${client}/24 dev node0`)
        .join('; '),
    ]);
  await change('replace');
  try {
    return await work();
  } finally {
    await change('delete');
  }
}

/** Processor milliseconds that the shop's processes have used since they started. */
async function cpuOfShop(): Promise<number> {
  const { cpu } = await readReport();
  return shopGroups.reduce((sum, group) => sum + cpu[group], 0);
}

/** Processor milliseconds a second of the shop when nobody asks for anything. */
export async function measureIdle(seconds: number): Promise<number> {
  const before = await cpuOfShop();
  await pause(seconds * 1000);
  return ((await cpuOfShop()) - before) / seconds;
}

export type Plan = { base: string; seconds: number; idlePerSecond: number };

export async function warmUp(scenario: ScenarioName, base: string): Promise<void> {
  await load({ ...orderOf({ scenario, perSecond: null }, base), seconds: warmUpSeconds });
}

export async function measure(order: Order, plan: Plan): Promise<Measurement> {
  const measured: Measurement[] = [];
  for (let time = 0; time < timesEach; time += 1) measured.push(await measureOnce(order, plan));
  const sorted = measured.sort((a, b) => a.cpuMs - b.cpuMs);
  return sorted[Math.floor(timesEach / 2)] as Measurement;
}

async function measureOnce(order: Order, { base, seconds, idlePerSecond }: Plan): Promise<Measurement> {
  const before = await cpuOfShop();
  const startedAt = performance.now();
  const result = await load({ ...orderOf(order, base), seconds });
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const used = (await cpuOfShop()) - before - idlePerSecond * tookSeconds;
  return { ...result, ...order, answered: result.count / result.seconds, cpuMs: used / result.count };
}

/** Each run asks what none has asked a while ago. */
function orderOf(order: Order, base: string): Omit<LoadOrder, 'seconds'> {
  return { ...order, base, sources: clients, run: Math.floor(Date.now() / 1000) % runs };
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const program = join(paths.checkout, 'local/bench/load.ts');
  return JSON.parse(await executeInside([process.execPath, program, JSON.stringify(order)])) as LoadResult;
}
