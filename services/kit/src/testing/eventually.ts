import { setTimeout as pause } from 'node:timers/promises';
import { ms, type Duration } from '../time.ts';

/** Repeats `check` until it no longer throws; past the deadline it throws what it last saw. */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { within = '10s', every = '25ms' }: { within?: Duration; every?: Duration } = {},
): Promise<Result> {
  const deadline = performance.now() + ms(within);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`not within ${within}: ${String(error)}`, { cause: error });
    }
    await pause(ms(every));
  }
}
