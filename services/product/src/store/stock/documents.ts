import type { DocumentOutbox } from '@storefront/kit/broker/documents';
import type { Collection, Db } from 'mongodb';
import { distancesOf, type Distances, type Level } from '../../domain/stock/level.ts';
import type { LedgerEnd, LedgerEntry, Movement } from '../../domain/stock/movement.ts';
import type { Ending, Hold } from '../../domain/stock/stock.ts';

/** `call` is who made the hold, or relies on it: only that call may take it back when it fails. */
export type HoldEntry = Hold & { call: string };

/** All of one SKU, so that one update changes what belongs together: counts, holds, and the movements that the ledger has not yet. */
export type StockDocument = Distances & {
  _id: string;
  version: number;
  onHand: number;
  available: number;
  held: number;
  claimed: number;
  lowAt: number | null;
  /** By order. A map, so that each is found, guarded and taken out by its path. */
  holds: Record<string, HoldEntry>;
  /** Not later than the first end of a hold. */
  nextExpiry?: Date;
  /** The level that was told last, and how often one was: `turn` is the version of `stock.low`. */
  told: Level;
  turn: number;
  /** The product in the catalogue may not know of the level yet. */
  relistSince?: Date;
  /** Of the ledger's future, in order. */
  movements: Movement[];
  ledger: LedgerEnd;
  unledgeredSince?: Date;
  updatedAt: Date;
  outbox: DocumentOutbox;
};

/** `_id` is the movement's. */
export type LedgerDocument = Omit<LedgerEntry, 'movementId'> & { _id: string };

/**
 * `_id` is the order's. Written before what it decides: whoever holds units looks here afterwards, so either sees the other.
 * Until `settleAt` somebody may still be on the way who did not see it; then it is done once more.
 */
export type EndingDocument = {
  _id: string;
  ending: Ending;
  lines: { sku: string; units: number }[];
  at: Date;
  settleAt?: Date;
};

export type StockCollections = {
  stock: Collection<StockDocument>;
  ledger: Collection<LedgerDocument>;
  endings: Collection<EndingDocument>;
};

export function stockCollectionsOf(db: Db): StockCollections {
  return {
    stock: db.collection<StockDocument>('stock'),
    ledger: db.collection<LedgerDocument>('movements'),
    endings: db.collection<EndingDocument>('endings'),
  };
}

/** Full until the ledger takes some: a document must not grow because nobody writes it. */
export const mostWaiting = 32;
/** For the filter of an update that adds a movement. */
export const roomForMovement = { [`movements.${mostWaiting - 1}`]: { $exists: false } };

/** The stock of a SKU that had none, with the movement that begins it. */
export function newStock(sku: string, first: Movement | null, { lowAt, now }: { lowAt: number | null; now: Date }) {
  const units = first?.units ?? 0;
  const document: StockDocument = {
    _id: sku,
    version: 1,
    onHand: units,
    available: units,
    held: 0,
    claimed: 0,
    lowAt,
    holds: {},
    ...distancesOf('plenty', { available: units, lowAt }),
    told: 'plenty',
    turn: 0,
    relistSince: now,
    movements: first ? [first] : [],
    ledger: { sequence: 0, onHand: 0 },
    ...(first ? { unledgeredSince: now } : {}),
    updatedAt: now,
    outbox: { publishedVersion: 0 },
  };
  return document;
}

export function toLedgerDocument({ movementId, ...entry }: LedgerEntry): LedgerDocument {
  return { _id: movementId, ...entry };
}

export function toLedgerEntry({ _id, ...entry }: LedgerDocument): LedgerEntry {
  return { movementId: _id, ...entry };
}
