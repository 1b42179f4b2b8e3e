import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { executeInside } from '../network.ts';
import { addresses, paths, ports } from '../paths.ts';
import { readReport } from '../status/report.ts';
import type { MemoryGroup } from '../status/memory.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import type { ScenarioName } from './scenarios.ts';

/** `cpuMs`: processor time of the fleet, its sidecars and its stores for one operation, what they use when idle taken off. */
export type Measurement = LoadResult & { scenario: ScenarioName; perSecond: number; cpuMs: number };

const base = `http://${addresses.node}:${ports.edgeNodePort}`;
const clients = Array.from({ length: 10 }, (_, index) => `10.200.0.${101 + index}`);
/** Well within one client's budget at the gateway: to the edge, all requests of this node come from one address. */
const perSecond = 150;
/** The load's own processes and those of Kubernetes are not the shop. */
const shopGroups: readonly MemoryGroup[] = ['services', 'consul', 'nginx', 'stores'];

/** Gives each client an address while `work` runs: a budget of requests is one client's. */
export async function withClients<Result>(work: () => Promise<Result>): Promise<Result> {
  const change = (verb: string) =>
    executeInside(['sh', '-c', clients.map((client) => `ip address ${verb} ${client}/24 dev node0`).join('; ')]);
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

export type Plan = { seconds: number; idlePerSecond: number; sources?: number };

export async function measure(
  scenario: ScenarioName,
  { seconds, idlePerSecond, sources = 10 }: Plan,
): Promise<Measurement> {
  const run = Math.floor(Date.now() / 1000) % 90;
  await load({ scenario, seconds: 3, run: run + 1 }, sources);
  const before = await cpuOfShop();
  const startedAt = performance.now();
  const result = await load({ scenario, seconds, run }, sources);
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const used = (await cpuOfShop()) - before - idlePerSecond * tookSeconds;
  return { ...result, scenario, perSecond: result.count / result.seconds, cpuMs: used / result.count };
}

async function load(order: Pick<LoadOrder, 'scenario' | 'seconds' | 'run'>, sources: number): Promise<LoadResult> {
  const program = join(paths.checkout, 'local/bench/load.ts');
  const whole: LoadOrder = { ...order, base, perSecond, sources: clients.slice(0, sources) };
  return JSON.parse(await executeInside([process.execPath, program, JSON.stringify(whole)])) as LoadResult;
}
