import { setTimeout as pause } from 'node:timers/promises';

import { openApi, type Api } from '../api.ts';

/** What buyers do. `perSecond`: of all together; null: ten of them, each again as soon as it is done. */
export type Load = { url: string; sources: readonly string[]; perSecond: number | null; seconds: number };

/** Times in milliseconds. `failed`: how often, by what was said. */
export type Tally = {
  count: number;
  failed: Record<string, number>;
  seconds: number;
  p50: number;
  p95: number;
  p99: number;
};

/** Does its work once; milliseconds of it that count. */
export type Work = (api: Api, index: number) => Promise<number>;

const buyers = 10;
const tellEveryMs = 10_000;

/** Has the work done for so long, and waits for what is under way then. */
export async function drive(work: Work, load: Load): Promise<Tally> {
  const [times, failed, startedAt]: [number[], Record<string, number>, number] = [[], {}, performance.now()];
  let started = 0;
  const telling = setInterval(() => {
    const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
    const at = Math.round((performance.now() - startedAt) / 1_000);
    process.stderr.write(`${at} s: ${times.length} of ${started} done, ${failures} failed\n`);
  }, tellEveryMs);

  async function once(api: Api): Promise<void> {
    try {
      times.push(await work(api, started++));
    } catch (error) {
      const what = error instanceof Error ? error.message.slice(0, 100) : String(error);
      failed[what] = (failed[what] ?? 0) + 1;
      await pause(100);
    }
  }

  await (load.perSecond === null ? withoutPause(once, load) : atRate(once, load, load.perSecond));
  clearInterval(telling);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { count: times.length, failed, seconds, ...quantiles(times) };
}

type Once = (api: Api) => Promise<void>;

/** A closed model: each buyer has addresses of its own. */
async function withoutPause(once: Once, { url, sources, seconds }: Load): Promise<void> {
  const endsAt = performance.now() + seconds * 1_000;
  const one = async (_: unknown, index: number) => {
    const api = withoutPatience(
      openApi(
        url,
        sources.filter((_source, at) => at % buyers === index),
      ),
    );
    while (performance.now() < endsAt) await once(api);
    await api.close();
  };
  await Promise.all(Array.from({ length: buyers }, one));
}

/** An open model: a buyer who waits keeps nobody else from coming. */
async function atRate(once: Once, { url, sources, seconds }: Load, perSecond: number): Promise<void> {
  const api = withoutPatience(openApi(url, sources));
  const underWay: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let begun = 0; begun < perSecond * seconds; begun += 1) {
    const early = startedAt + (begun * 1_000) / perSecond - performance.now();
    if (early > 0) await pause(early);
    underWay.push(once(api));
  }
  await Promise.all(underWay);
  await api.close();
}

/** What is refused here is a failure that must be seen, not one that a second try hides. */
const withoutPatience = (api: Api): Api => ({ ...api, insist: (ask) => api.ask(ask) });

/** Of times, in their own unit. */
export function quantiles(times: readonly number[]): Pick<Tally, 'p50' | 'p95' | 'p99'> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
