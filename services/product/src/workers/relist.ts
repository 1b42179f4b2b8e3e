import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import { ms, type Duration } from '@storefront/kit/time';
import type { Relisting } from '../store/relisting.ts';

/** Looks every now and then for products that lists do not know as they are. Several instances may do so at once. */
export function relistWorker(relisting: Relisting, { log, every = '2s' }: { log: Log; every?: Duration }): Worker {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const written = await relisting.run(stopping.signal);
      if (written > 0) log.info({ products: written }, 'listed anew');
    } catch (error) {
      log.warn({ error }, 'listing anew failed, will try again');
    }
    if (!stopping.signal.aborted) timer = setTimeout(begin, ms(every)).unref();
  }

  function begin(): void {
    running = look();
  }

  return {
    start: begin,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
