import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import type { Hints } from '../store/hints.ts';
import type { StockStore } from '../store/stock/stock.ts';
import { periodicWorker, type Work } from './periodic.ts';

/** What requests leave behind: movements for the ledger, levels that were not told, ends of orders, and holds that nobody claimed. */
export function stockWorkers(
  { ledger, levels, holds, expiry }: StockStore,
  { log, hints }: { log: Log; hints: Hints },
): Worker[] {
  const worker = (work: Work, options: { every: '1s' | '3s' | '5s'; idle: '10s' | '15s'; done: string }) =>
    periodicWorker(work, { log, ...options });
  const ledgerWorker = worker((signal) => ledger.run(signal), {
    ...({ every: '1s', idle: '10s' } as const),
    done: 'movements written to the ledger',
  });
  const levelsWorker = worker((signal) => levels.run(signal), {
    ...({ every: '3s', idle: '10s' } as const),
    done: 'levels of stock told',
  });
  hints.on('ledger', () => ledgerWorker.wake()).on('levels', () => levelsWorker.wake());
  return [
    ledgerWorker,
    levelsWorker,
    worker((signal) => holds.settle(signal), { every: '5s', idle: '15s', done: 'ends of orders settled' }),
    worker((signal) => expiry.run(signal), { every: '5s', idle: '15s', done: 'holds expired' }),
  ];
}
