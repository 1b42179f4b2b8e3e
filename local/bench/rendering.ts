import { join } from 'node:path';
import { paths } from '../paths.ts';
import { execute } from '../process.ts';

/** What it takes the operator to render some Storefronts: the first time, as after a start, and the median of the times after. */
export type Rendering = { storefronts: number; objectsEach: number; firstCpuMs: number; againCpuMs: number };

type Run = { storefronts: number; objects: number; cpuMs: number };

/** By the operator's own bench, in a process that has rendered nothing before. */
export async function measureRendering(): Promise<Rendering> {
  const output = await execute([process.execPath, join(paths.checkout, 'operator/bench/render.ts')]);
  const [first, ...again] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Run) as [Run, ...Run[]];
  const sorted = again.map(({ cpuMs }) => cpuMs).toSorted((a, b) => a - b);
  return {
    storefronts: first.storefronts,
    objectsEach: Math.round(first.objects / first.storefronts),
    firstCpuMs: first.cpuMs,
    againCpuMs: sorted[Math.floor(sorted.length / 2)] ?? first.cpuMs,
  };
}
