import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@storefront/kit/http';
import { ms, type Duration } from '@storefront/kit/time';

/** Does the work again and again, so long after its end; at once when woken, also when that happened meanwhile. */
export function every(interval: Duration, work: () => Promise<void>): Worker & { wake(): void } {
  let isStopped = false;
  let isWoken = false;
  let waiting: AbortController | undefined;
  let running = Promise.resolve();

  async function run(): Promise<void> {
    while (!isStopped) {
      isWoken = false;
      await work();
      if (isWoken || isStopped) continue;
      waiting = new AbortController();
      await pause(ms(interval), undefined, { signal: waiting.signal }).catch(() => {});
    }
  }

  return {
    start: () => void (running = run()),
    wake() {
      isWoken = true;
      waiting?.abort();
    },
    async stop() {
      isStopped = true;
      waiting?.abort();
      await running;
    },
  };
}
