import { randomBytes } from 'node:crypto';

import { MongoClient, type Db } from 'mongodb';

import type { EventSeen, MovementSeen, StockSeen } from '../snapshot.ts';
import type { Target } from '../target.ts';

export type StockReader = {
  look(): Promise<{ stock: StockSeen[]; movements: MovementSeen[]; untold: EventSeen[] }>;
  close(): Promise<void>;
};

type StoredMovement = { movementId: string; sku: string; units: number; reason: string; orderId: string | null };
type StoredStock = {
  _id: string;
  onHand: number;
  available: number;
  held: number;
  claimed: number;
  holds?: Record<string, { units: number; expiresAt: Date | null }>;
  movements?: StoredMovement[];
};
type LedgerEntry = Omit<StoredMovement, 'movementId'> & { _id: string; sequence: number; onHandAfter: number };

/** A user that may read the product service's database, and a connection as that user. `close` drops it. */
export async function openStock({ products, scope }: Pick<Target, 'products' | 'scope'>): Promise<StockReader> {
  const { url, database } = products;
  const user = `${scope}-auditor-${randomBytes(3).toString('hex')}`;
  const pwd = randomBytes(16).toString('hex');
  const admin = clientOf(url, products, 'admin');
  await admin.db(database).command({ createUser: user, pwd, roles: [{ role: 'read', db: database }] });
  const reader = clientOf(url, { username: user, password: pwd }, database);
  return {
    look: () => lookAt(reader.db(database)),
    async close() {
      await reader.close();
      await admin.db(database).command({ dropUser: user });
      await admin.close();
    },
  };
}

function clientOf(url: string, { username, password }: { username: string; password: string }, authSource: string) {
  return new MongoClient(url, { auth: { username, password }, authSource, maxPoolSize: 1, retryWrites: false });
}

/** Documents of the product service whose changes are told to others. */
const announced = ['products', 'stock'];

/** The ledger first: what is written to it meanwhile is still waiting in what is read then. */
async function lookAt(db: Db) {
  const ledger = await db.collection<LedgerEntry>('movements').find().toArray();
  const stored = await db.collection<StoredStock>('stock').find().toArray();
  const entered = new Set(ledger.map(({ _id }) => _id));
  const waiting = stored.flatMap(({ movements = [] }) =>
    movements.filter(({ movementId }) => !entered.has(movementId)),
  );
  return {
    stock: stored.map(toStock),
    movements: [
      ...ledger.map(({ _id, ...entry }) => toMovement({ ...entry, movementId: _id }, entry)),
      ...waiting.map((movement) => toMovement(movement, { sequence: null, onHandAfter: null })),
    ],
    untold: (await Promise.all(announced.map((name) => untoldIn(db, name)))).flat(),
  };
}

/** What has changed and was not told of yet, by the mark that the service's relay looks for. */
async function untoldIn(db: Db, collection: string): Promise<EventSeen[]> {
  const waiting = { 'outbox.since': { $gt: new Date(0) } };
  const found = await db
    .collection<{ _id: string }>(collection)
    .find(waiting, { projection: { _id: 1 } })
    .toArray();
  const sort = { service: 'product', type: `a change in ${collection}`, isSent: false };
  return found.map(({ _id }) => ({ ...sort, messageId: `${collection} ${_id}`, subject: _id }));
}

function toStock({ _id: sku, onHand, available, held, claimed, holds = {} }: StoredStock): StockSeen {
  const own = Object.entries(holds).map(([orderId, { units, expiresAt }]) => ({
    orderId,
    units,
    expiresAt,
    isClaimed: expiresAt === null,
  }));
  return { sku, onHand, available, held, claimed, holds: own };
}

function toMovement(
  { movementId, sku, units, reason, orderId }: StoredMovement,
  { sequence, onHandAfter }: Pick<MovementSeen, 'sequence' | 'onHandAfter'>,
): MovementSeen {
  return { movementId, sku, units, reason, orderId, sequence, onHandAfter };
}
