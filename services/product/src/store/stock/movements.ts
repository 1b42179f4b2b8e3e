import type { Clock } from '@storefront/kit/time';
import type { Document } from 'mongodb';
import { movementKeyReused, skuNotFound, stockBusy, stockPromised } from '../../domain/stock/errors.ts';
import { differenceOf, moved } from '../../domain/stock/level.ts';
import { numbered, type LedgerEntry, type Movement } from '../../domain/stock/movement.ts';
import type { Collections } from '../documents.ts';
import { falseIfDuplicate } from '../guard.ts';
import { newStock, mostWaiting, roomForMovement, type StockCollections, type StockDocument } from './documents.ts';
import type { Ledger } from './ledger.ts';
import type { Levels } from './levels.ts';

/** Without `lowAt` it stays what it is. */
export type NewMovement = Omit<Movement, 'at'> & { lowAt?: number | undefined };
export type StockCounts = Pick<
  StockDocument,
  'version' | 'onHand' | 'available' | 'held' | 'claimed' | 'lowAt' | 'updatedAt'
>;

export type Movements = {
  /** Undefined for a SKU that never had any. */
  find(sku: string): Promise<StockCounts | undefined>;
  /** The same movement again changes nothing. The first one of a SKU begins its stock. */
  record(movement: NewMovement): Promise<{ entry: LedgerEntry; isNew: boolean }>;
  /** Newest first, from below a place on; undefined for a SKU that never had any. */
  list(sku: string, page: { below: number; limit: number }): Promise<LedgerEntry[] | undefined>;
};

export type MovementsDeps = { claims: Collections['claims']; ledger: Ledger; levels: Levels; clock: Clock };
type Seen = Omit<StockDocument, 'holds'>;

/** Each fails only when somebody wrote the ledger, or another movement of the SKU came, in between. */
const attempts = 6;
const withoutHolds = { holds: 0 } as const;

export function mongoMovements({ stock }: Pick<StockCollections, 'stock'>, deps: MovementsDeps): Movements {
  return new MongoMovements(stock, deps);
}

class MongoMovements implements Movements {
  readonly #stock: StockCollections['stock'];
  readonly #deps: MovementsDeps;

  constructor(stock: StockCollections['stock'], deps: MovementsDeps) {
    this.#stock = stock;
    this.#deps = deps;
  }

  async find(sku: string): Promise<StockCounts | undefined> {
    return (await this.#seen(sku)) ?? undefined;
  }

  async record(movement: NewMovement): Promise<{ entry: LedgerEntry; isNew: boolean }> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await this.#seen(movement.sku);
      const known = seen && (await this.#known(seen, movement));
      if (known) return { entry: known, isNew: false };
      const after = seen ? await this.#addTo(seen, movement) : await this.#begin(movement);
      if (after) return { entry: await this.#told(after, movement), isNew: true };
    }
    throw stockBusy();
  }

  /** What waits is read first: what the ledger has taken meanwhile is in the ledger then. */
  async list(sku: string, { below, limit }: { below: number; limit: number }): Promise<LedgerEntry[] | undefined> {
    const seen = await this.#seen(sku);
    if (!seen) return undefined;
    const waiting = waitingIn(seen).filter(({ sequence }) => sequence < below);
    const written = await this.#deps.ledger.list(sku, { below, limit });
    const ids = new Set(written.map(({ movementId }) => movementId));
    const all = [...waiting.filter(({ movementId }) => !ids.has(movementId)), ...written];
    return all.sort((a, b) => b.sequence - a.sequence).slice(0, limit);
  }

  async #seen(sku: string): Promise<Seen | null> {
    return this.#stock.findOne<Seen>({ _id: sku }, { projection: withoutHolds });
  }

  async #known(seen: Seen, { sku, movementId, units, reason }: NewMovement): Promise<LedgerEntry | undefined> {
    const waiting = waitingIn(seen).find((one) => one.movementId === movementId);
    const known = waiting ?? (await this.#deps.ledger.find(sku, movementId));
    if (known && (known.units !== units || known.reason !== reason)) throw movementKeyReused();
    return known;
  }

  /** Null when something came in between. */
  async #addTo(seen: Seen, movement: NewMovement): Promise<Seen | null> {
    if (seen.available + movement.units < 0) throw stockPromised(seen.available);
    if (seen.movements.length >= mostWaiting) {
      await this.#deps.ledger.write([seen._id]);
      return null;
    }
    return this.#add(seen, movement);
  }

  /** Not once the ledger was written further: the movement may be there by now. */
  async #add(seen: Seen, { lowAt = seen.lowAt ?? undefined, ...given }: NewMovement): Promise<Seen | null> {
    const now = this.#deps.clock.now();
    const movement: Movement = { ...given, at: now };
    const { told, turn } = seen;
    const next = { told, lowAt: lowAt ?? null };
    const low = differenceOf({ told, lowAt: seen.lowAt }, next);
    const units = moved(movement.units);
    const filter: Document = {
      _id: seen._id,
      'ledger.sequence': seen.ledger.sequence,
      'movements.movementId': { $ne: movement.movementId },
      ...roomForMovement,
      ...(movement.units < 0 ? { available: { $gte: -movement.units } } : {}),
      ...(next.lowAt === seen.lowAt ? {} : { lowAt: seen.lowAt, turn }),
    };
    const update: Document = {
      $inc: {
        version: 1,
        onHand: movement.units,
        available: movement.units,
        toFall: units.toFall + low.toFall,
        toRise: units.toRise + low.toRise,
      },
      $push: { movements: movement },
      $min: { unledgeredSince: now },
      $set: { updatedAt: now, ...(next.lowAt === seen.lowAt ? {} : { lowAt: next.lowAt }) },
    };
    const options = { returnDocument: 'after', projection: withoutHolds } as const;
    return this.#stock.findOneAndUpdate(filter, update, options) as Promise<Seen | null>;
  }

  async #begin({ lowAt, ...given }: NewMovement): Promise<Seen | null> {
    const { claims, clock } = this.#deps;
    if (given.units < 0) throw stockPromised(0);
    if (!(await claims.findOne({ _id: `sku:${given.sku}` }, { projection: { _id: 1 } }))) throw skuNotFound(given.sku);
    const now = clock.now();
    const document = newStock(given.sku, { ...given, at: now }, { lowAt: lowAt ?? null, told: 'plenty', now });
    const isFirst = await this.#stock.insertOne(document).then(() => true, falseIfDuplicate);
    return isFirst ? document : null;
  }

  /** As the ledger will have it; what it means for the level is told. */
  async #told(after: Seen, { sku, movementId }: NewMovement): Promise<LedgerEntry> {
    const { ledger, levels } = this.#deps;
    ledger.hint();
    if (after.version === 1) await levels.begin([sku]);
    else await levels.notice(sku, after);
    const entry = waitingIn(after).find((one) => one.movementId === movementId);
    if (!entry) throw new Error(`the movement ${movementId} is not where it was put`);
    return entry;
  }
}

function waitingIn({ movements, ledger }: Pick<Seen, 'movements' | 'ledger'>): LedgerEntry[] {
  return numbered(movements, ledger);
}
