import { randomBytes } from 'node:crypto';

import { MongoClient, type Db } from 'mongodb';

import type { MovementSeen, StockSeen } from '../snapshot.ts';
import type { Target } from '../target.ts';

export type StockReader = {
  look(): Promise<{ stock: StockSeen[]; movements: MovementSeen[] }>;
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
  };
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
