import type { Log } from '@storefront/kit/log';
import type { Worker } from '@storefront/kit/http';
import type { Relisting } from '../store/relisting.ts';
import { periodicWorker } from './periodic.ts';

/** Looks every now and then for products that lists do not know as they are. Several instances may do so at once. */
export function relistWorker(relisting: Relisting, { log }: { log: Log }): Worker {
  return periodicWorker((signal) => relisting.run(signal), { log, every: '2s', done: 'listed anew' });
}
