import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import type { StockStore } from '../store/stock/stock.ts';
import { periodicWorker } from './periodic.ts';

/** What requests leave behind: movements for the ledger, levels that were not told, ends of orders, and holds that nobody claimed. */
export function stockWorkers({ ledger, levels, holds, expiry }: StockStore, { log }: { log: Log }): Worker[] {
  return [
    periodicWorker((signal) => ledger.run(signal), { log, every: '1s', done: 'movements written to the ledger' }),
    periodicWorker((signal) => levels.run(signal), { log, every: '3s', done: 'levels of stock told' }),
    periodicWorker((signal) => holds.settle(signal), { log, every: '5s', done: 'ends of orders settled' }),
    periodicWorker((signal) => expiry.run(signal), { log, every: '5s', done: 'holds expired' }),
  ];
}
