import type { Broker } from '@storefront/kit/broker';
import { consumeForDocuments } from '@storefront/kit/broker';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { productEvents } from '@storefront/product/contract/stock';

import { together } from './together.ts';

export interface CatalogueEventDeps {
  broker: Pick<Broker, 'consuming' | 'metrics'>;
  log: Log;
  /** Rejects while what was kept cannot be retired: the events come again. */
  invalidate: () => Promise<void>;
}

/** All that came while one retirement ran is answered by the next: an import says thousands of things at once. */
const everyMs = 1_000;
const prefetch = 500;

/** What is said of products retires what guests were given: it may have been shown anywhere (ADR 6). */
export function followCatalogue({ broker, log, invalidate }: CatalogueEventDeps): Worker {
  const retire = together(invalidate, everyMs);
  const { 'product.changed': changed, 'product.unpublished': unpublished } = productEvents;
  return consumeForDocuments({
    broker,
    queue: 'gateway',
    events: { 'product.changed': changed, 'product.unpublished': unpublished },
    log,
    prefetch,
    handlers: { 'product.changed': retire, 'product.unpublished': retire },
  });
}
