import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import { ms, type Duration } from '@storefront/kit/time';

/** What is done every now and then; answers how much it was. It must bear several instances at once, and being broken off. */
export type Work = (signal: AbortSignal) => Promise<number>;

export type PeriodicOptions = {
  log: Log;
  /** From the end of one time to the begin of the next, when there was something to do, or may be. */
  every: Duration;
  /** The same when there was nothing: for what another instance left behind. */
  idle: Duration;
  /** For the log, when something was done: 'listed anew'. */
  done: string;
};

export type PeriodicWorker = Worker & {
  /** A hint that there is something to do: it will be done in `every` at the latest, together with what comes until then. */
  wake(): void;
};

/** Looks for work, and again after a pause. What fails is tried again the next time. */
export function periodicWorker(work: Work, { log, every, idle, done }: PeriodicOptions): PeriodicWorker {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isIdle = false;
  let isWoken = false;

  async function look(): Promise<void> {
    isWoken = false;
    try {
      const count = await work(stopping.signal);
      if (count > 0) log.info({ count }, done);
      isIdle = count === 0 && !isWoken;
    } catch (error) {
      log.warn({ error, work: done }, 'work beside the routes failed, will try again');
    }
    pause();
  }

  function pause(): void {
    if (!stopping.signal.aborted) timer = setTimeout(begin, ms(isIdle ? idle : every)).unref();
  }

  function begin(): void {
    isIdle = false;
    running = look();
  }

  return {
    start: begin,
    wake() {
      isWoken = true;
      if (!isIdle) return;
      clearTimeout(timer);
      isIdle = false;
      pause();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
