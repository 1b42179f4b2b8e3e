import { setTimeout as pause } from 'node:timers/promises';

/**
 * Does the work once for all who ask while it is to be done next, at most once in `everyMs`. Each is told by the outcome of a run that
 * began after it asked.
 */
export function together(work: () => Promise<void>, everyMs: number): () => Promise<void> {
  let next: Promise<void> | undefined;
  let startedAt = -Infinity;

  async function run(): Promise<void> {
    await pause(Math.max(0, startedAt + everyMs - performance.now()));
    next = undefined;
    startedAt = performance.now();
    await work();
  }

  return () => (next ??= run());
}
