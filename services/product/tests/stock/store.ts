import { systemClock, type Clock } from '@storefront/kit/time';
import { createLog } from '@storefront/kit/log';
import { testMongo } from '@storefront/kit/testing';
import type { Db } from 'mongodb';
import { mongoCatalogue } from '../../src/store/catalogue.ts';
import { stockCollectionsOf } from '../../src/store/stock/documents.ts';
import { migrate } from '../../src/store/migrations/index.ts';

const currencies = ['EUR'];
const log = createLog({ service: 'product', level: 'silent' });

/** A clock that stands still until it is moved on. */
export function standingClock(start = new Date('2026-11-28T12:00:00Z')) {
  let now = start;
  return {
    now: () => now,
    pass(minutes: number) {
      now = new Date(now.getTime() + minutes * 60_000);
    },
  };
}

/** The store of stock without the service around it: with a clock of its own, and over a database that a test may break. */
export async function openStore({ clock = systemClock }: { clock?: Clock } = {}) {
  const mongo = testMongo();
  await migrate({ ...mongo, currencies, log });
  const over = (db: Db) => mongoCatalogue({ db, currencies, clock }).stock;
  const claims = mongo.db.collection<{ _id: string; owner: string }>('claims');
  const stock = over(mongo.db);
  const idle = new AbortController().signal;
  return {
    ...mongo,
    ...stock,
    over,
    collections: stockCollectionsOf(mongo.db),
    /** Units of a SKU that a product has. */
    async stocked(sku: string, units: number, lowAt?: number) {
      await claims.updateOne({ _id: `sku:${sku}` }, { $set: { owner: 'a-product' } }, { upsert: true });
      const common = { sku, note: null, orderId: null, reason: 'received' } as const;
      await stock.movements.record({ ...common, movementId: crypto.randomUUID(), units, lowAt });
    },
    /** What the workers do, once. */
    async work() {
      await stock.holds.settle(idle);
      await stock.expiry.run(idle);
      await stock.ledger.run(idle);
      await stock.levels.run(idle);
    },
  };
}
export type OpenStore = Awaited<ReturnType<typeof openStore>>;
