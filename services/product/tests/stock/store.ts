import { systemClock, type Clock } from '@storefront/kit/time';
import { createLog } from '@storefront/kit/log';
import { testMongo } from '@storefront/kit/testing';
import type { Db } from 'mongodb';
import { returnedBy } from '../../src/domain/stock/movement.ts';
import { mongoCatalogue } from '../../src/store/catalogue.ts';
import { stockCollectionsOf } from '../../src/store/stock/documents.ts';
import { migrate } from '../../src/store/migrations/index.ts';
import type { StockStore } from '../../src/store/stock/stock.ts';

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

/** What the order service asks for, by the names of its routes. */
export type Act = 'reserve' | 'claim' | 'release' | 'ship' | 'restock';
export type Lines = { sku: string; units: number }[];

/** As the route does it. Of each order here one refund comes back, under the order's own id. */
export async function actOn(
  { holds, movements }: Pick<StockStore, 'holds' | 'movements'>,
  act: Act,
  orderId: string,
  lines: Lines,
): Promise<void> {
  if (act === 'restock')
    for (const line of lines) await movements.record(returnedBy({ orderId, refundId: orderId, ...line }));
  else await holds[act](orderId, lines);
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
