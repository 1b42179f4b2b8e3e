import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { ms, type Clock } from '@storefront/kit/time';
import { staleMs } from '../rates/rate-desk.ts';
import type { CarrierRates } from '../store/carrier-rates.ts';

const everyMs = ms('10m');

/** Deletes rates that are too old to be offered. */
export function pruneRates({
  kept,
  clock,
  log,
}: {
  kept: Pick<CarrierRates, 'prune'>;
  clock: Clock;
  log: Log;
}): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();

  const onError = (shard: string, error: unknown) =>
    log.warn({ error, shard }, 'old rates could not be deleted, will try again');

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // Not all instances at once, and not at the start of them all.
      await pause(everyMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await kept.prune(new Date(clock.now().getTime() - staleMs), { signal, onError });
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
