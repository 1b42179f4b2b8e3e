import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import { ms, type Duration } from '@storefront/kit/time';

/** What is done every now and then; answers how much it was. It must bear several instances at once, and being broken off. */
export type Work = (signal: AbortSignal) => Promise<number>;

export type PeriodicOptions = {
  log: Log;
  /** From the end of one time to the begin of the next. */
  every: Duration;
  /** For the log, when something was done: 'listed anew'. */
  done: string;
};

/** Looks for work, and again after a pause. What fails is tried again the next time. */
export function periodicWorker(work: Work, { log, every, done }: PeriodicOptions): Worker {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const count = await work(stopping.signal);
      if (count > 0) log.info({ count }, done);
    } catch (error) {
      log.warn({ error, work: done }, 'work beside the routes failed, will try again');
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
