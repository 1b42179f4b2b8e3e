import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import type { Hints } from '../store/hints.ts';
import type { Relisting } from '../store/relisting.ts';
import { periodicWorker } from './periodic.ts';

/** Looks every now and then for products that lists do not know as they are. Several instances may do so at once. */
export function relistWorker(relisting: Relisting, { log, hints }: { log: Log; hints: Hints }): Worker {
  const options = { log, every: '2s', idle: '10s', done: 'listed anew' } as const;
  const worker = periodicWorker((signal) => relisting.run(signal), options);
  hints.on('relisting', () => worker.wake());
  return worker;
}
