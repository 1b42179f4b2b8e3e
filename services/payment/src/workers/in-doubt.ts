import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { budgetOf } from '../payments/budget.ts';
import type { Desk } from '../payments/desk.ts';
import type { Payments } from '../store/payments.ts';
import { createRepeating } from './repeating.ts';

export type InDoubtOptions = {
  desk: Desk;
  payments: Payments;
  log: Log;
  everyMs: number;
  lookAfterMs: number;
  /** For one payment. */
  budgetMs: number;
  /** Told how many there were. */
  observe: (count: number) => void;
};

const atOnce = 100;
const abreast = 4;
const mostMs = 10 * 60_000;

/** Finds out what became of calls whose process died, or that Stripe did not answer in time; longer apart each time. */
export function inDoubtWorker(options: InDoubtOptions): Worker {
  const { desk, payments, log, everyMs, lookAfterMs, budgetMs, observe } = options;

  async function finish({ orderId, looks }: { orderId: string; looks: number }): Promise<void> {
    const lookInMs = Math.min(mostMs, lookAfterMs * 2 ** Math.min(looks, 10));
    await desk.finish(orderId, { budget: budgetOf(budgetMs), lookInMs }).catch((error: unknown) => {
      log.warn({ error, orderId }, 'what became of a call to Stripe is not known yet');
    });
  }

  const onLost = (shard: string, error: unknown) =>
    log.warn({ error, shard }, 'payments of a shard cannot be looked after');

  return createRepeating({
    name: 'in-doubt',
    everyMs,
    log,
    async work(signal) {
      const found = await payments.inDoubt(atOnce, onLost);
      observe(found.length);
      const next = found.values();
      const lane = async () => {
        for (const payment of next) {
          if (signal.aborted) return;
          await finish(payment);
        }
      };
      await Promise.all(Array.from({ length: abreast }, lane));
    },
  });
}
