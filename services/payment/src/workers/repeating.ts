import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';

export type Repeating = {
  name: string;
  everyMs: number;
  /** Ends early when the signal aborts. */
  work: (signal: AbortSignal) => Promise<void>;
  log: Log;
};

/** Does the work again and again, never twice at once; a failure is told and the next time comes. */
export function createRepeating({ name, everyMs, work, log }: Repeating): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // Not all processes at once.
      await pause(everyMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await work(signal).catch((error: unknown) => log.warn({ error, worker: name }, 'failed, will try again'));
    }
  }

  return {
    start: () => void (running = run()),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
