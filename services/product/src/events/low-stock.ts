import { newEvent, type NewEvent } from '@storefront/kit/broker';
import { productEvents } from '../contract/stock.ts';
import type { StockDocument } from '../store/stock/documents.ts';

/** That few units of a SKU are left; `turn` counts how often that was told of it. */
export function lowStock({ _id: sku, available, turn }: Pick<StockDocument, '_id' | 'available' | 'turn'>): NewEvent {
  return newEvent(productEvents, {
    type: 'stock.low',
    schemaVersion: 1,
    subject: sku,
    aggregateVersion: turn + 1,
    data: { sku, available },
  });
}
