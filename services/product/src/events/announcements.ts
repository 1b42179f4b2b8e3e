import { newEvent, type Broker, type NewEvent } from '@storefront/kit/broker';
import { announces, createDocumentRelay } from '@storefront/kit/broker/documents';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Clock } from '@storefront/kit/time';
import type { Db } from 'mongodb';
import { productEvents } from '../contract/stock.ts';
import { collectionsOf, type ProductDocument } from '../store/documents.ts';
import type { Hints } from '../store/hints.ts';
import { stockCollectionsOf } from '../store/stock/documents.ts';

export type AnnouncementsDeps = { db: Db; broker: Broker; scope: string; log: Log; clock: Clock; hints: Hints };

/** Tells the fleet of products as they are now, and of stock that has run low. */
export function announcements({ db, broker, scope, log, clock, hints }: AnnouncementsDeps): Worker {
  const { products } = collectionsOf(db);
  const { stock } = stockCollectionsOf(db);
  const relay = createDocumentRelay({
    collections: [announces(products, productEvent), announces(stock, () => undefined)],
    broker,
    source: `/${scope}/product`,
    log,
    clock,
    idle: '10s',
  });
  hints.on('announced', (collection) => relay.wake(collection));
  return relay;
}

/** A draft that was never shown is nobody's business. */
function productEvent({ _id, status, version, publishedAt }: ProductDocument, id: string): NewEvent | undefined {
  if (publishedAt === null) return undefined;
  return newEvent(productEvents, {
    type: status === 'published' ? 'product.changed' : 'product.unpublished',
    ...({ id, schemaVersion: 1, subject: _id, aggregateVersion: version } as const),
    data: { productId: _id },
  });
}
