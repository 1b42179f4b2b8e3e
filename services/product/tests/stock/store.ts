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

const writes = new Set(['insertOne', 'insertMany', 'updateOne', 'updateMany', 'findOneAndUpdate', 'bulkWrite']);

export class Killed extends Error {}

/**
 * The database as a process sees it that is killed at its nth write: before the write is made, or after it, when its answer is
 * lost. Nothing that comes later is done.
 */
export function killedAt(db: Db, { write, isMade }: { write: number; isMade: boolean }) {
  let [count, isDead] = [0, false];
  const attempt = async (work: () => Promise<unknown>, isWrite: boolean): Promise<unknown> => {
    if (isDead) throw new Killed();
    if (isWrite) count += 1;
    isDead = isWrite && count === write;
    if (isDead && !isMade) throw new Killed();
    const result = await work();
    if (isDead) throw new Killed();
    return result;
  };
  return { db: intercepted(db, (work, name) => attempt(work, writes.has(name))), isDead: () => isDead };
}

/** The same database, with something done around the calls of its collections. */
export function intercepted(
  db: Db,
  around: (work: () => Promise<unknown>, name: string, collection: string) => Promise<unknown>,
): Db {
  const collection = (name: string) =>
    new Proxy(db.collection(name), {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        const method = member.bind(target) as (...given: unknown[]) => unknown;
        if (key !== 'findOne' && !writes.has(String(key))) return method;
        return (...given: unknown[]) => around(async () => method(...given), String(key), name);
      },
    });
  return new Proxy(db, {
    get: (target, key) =>
      key === 'collection' ? (collection as Db['collection']) : (Reflect.get(target, key, target) as unknown),
  });
}
