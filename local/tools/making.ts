import pMap from 'p-map';
import type { Say } from '../steps.ts';

/** What a work is given: how it tells of its progress, and what ends it when another has failed. */
export type Making = { say: Say; signal: AbortSignal };
export type Work = (making: Making) => Promise<void>;

/**
 * Does works two at a time, in their order: what links or unpacks on one core leaves the other to somebody. One that fails ends the
 * others, and is what this throws once they have ended.
 */
export async function makeAll(works: readonly Work[], say: Say): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  await pMap(
    works,
    (work) => (signal.aborted ? undefined : work({ say, signal }).catch((error) => ending.abort(error))),
    {
      concurrency: 2,
    },
  );
  signal.throwIfAborted();
}
