import { outboxIndex } from '@storefront/kit/broker/documents';
import { endingIndexes, ledgerIndexes, stockIndexes } from '../stock/indexes.ts';
import { createCollections, createIndexes } from './collections.ts';
import type { Migration } from './index.ts';

/** Stock, its ledger by SKU, the ends of orders; and what of products waits to be announced. */
export async function createStock(migration: Migration): Promise<void> {
  await createCollections(migration, {
    stock: { _id: 'hashed' },
    movements: { sku: 'hashed' },
    endings: { _id: 'hashed' },
  });
  await createIndexes(migration, 'stock', stockIndexes);
  await createIndexes(migration, 'movements', ledgerIndexes);
  await createIndexes(migration, 'endings', endingIndexes);
  await createIndexes(migration, 'products', [outboxIndex]);
}
