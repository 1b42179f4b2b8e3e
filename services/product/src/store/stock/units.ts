import type { Clock } from '@storefront/kit/time';
import type { Document } from 'mongodb';
import { moved, type Distances } from '../../domain/stock/level.ts';
import type { Movement } from '../../domain/stock/movement.ts';
import { hasExpired, holdUntil } from '../../domain/stock/stock.ts';
import { roomForMovement, type HoldEntry, type StockCollections, type StockDocument } from './documents.ts';

/** What an order has, or wants, of one SKU. */
export type Part = { sku: string; orderId: string; units: number };

/** What there is of one SKU, and what of it is this order's. */
export type Seen = { available: number; hold: HoldEntry | undefined };

/**
 * The rules of `domain/stock/stock.ts`, each as one statement about one document: the filter is the rule's condition, so
 * whoever comes second finds nothing to change. Nothing is read before it is written.
 */
export class Units {
  readonly #stock: StockCollections['stock'];
  readonly #clock: Clock;

  constructor({ stock }: Pick<StockCollections, 'stock'>, clock: Clock) {
    this.#stock = stock;
    this.#clock = clock;
  }

  /** A new hold. Undefined when the order has one, or too little is left. */
  async take({ sku, orderId, units }: Part, call: string): Promise<{ hold: HoldEntry; left: Distances } | undefined> {
    const hold = { units, expiresAt: holdUntil(this.#clock.now()), call };
    const left = await this.#change(
      { _id: sku, available: { $gte: units }, [pathOf(orderId)]: { $exists: false } },
      {
        $inc: { version: 1, available: -units, held: units, ...moved(-units) },
        $set: { [pathOf(orderId)]: hold, updatedAt: this.#clock.now() },
        $min: { nextExpiry: hold.expiresAt },
      },
    );
    return left && { hold, left };
  }

  /** Makes the hold of another call this call's; one that has expired lasts again. False when it is gone, or was claimed. */
  async rely({ sku, orderId }: Part, seen: HoldEntry, call: string): Promise<boolean> {
    const now = this.#clock.now();
    const path = pathOf(orderId);
    const expiresAt = hasExpired(seen, now) ? holdUntil(now) : seen.expiresAt;
    const { matchedCount } = await this.#stock.updateOne(
      { _id: sku, [`${path}.units`]: seen.units, [`${path}.expiresAt`]: seen.expiresAt },
      {
        $inc: { version: 1 },
        $set: { [`${path}.call`]: call, [`${path}.expiresAt`]: expiresAt },
        $min: { nextExpiry: expiresAt ?? now },
      },
    );
    return matchedCount === 1;
  }

  async claim({ sku, orderId, units }: Part): Promise<boolean> {
    const path = pathOf(orderId);
    const { matchedCount } = await this.#stock.updateOne(
      { _id: sku, [`${path}.units`]: units, [`${path}.expiresAt`]: { $gt: new Date(0) } },
      {
        $inc: { version: 1, held: -units, claimed: units },
        $set: { [`${path}.expiresAt`]: null, updatedAt: this.#clock.now() },
      },
    );
    return matchedCount === 1;
  }

  /** Ends a hold that is still as it was seen; its units can be ordered again. */
  async giveBack({ sku, orderId }: Pick<Part, 'sku' | 'orderId'>, seen: HoldEntry): Promise<Distances | undefined> {
    const from = seen.expiresAt === null ? 'claimed' : 'held';
    return this.#change(sameHold({ sku, orderId }, seen), {
      $inc: { version: 1, available: seen.units, [from]: -seen.units, ...moved(seen.units) },
      $set: { updatedAt: this.#clock.now() },
      $unset: { [pathOf(orderId)]: '' },
    });
  }

  /** The same for many holds of one SKU at once, if all of them are still as they were seen. */
  async giveManyBack(sku: string, holds: readonly (readonly [orderId: string, seen: HoldEntry])[]) {
    const units = holds.reduce((sum, [, hold]) => sum + hold.units, 0);
    const filters = holds.map(([orderId, seen]) => sameHold({ sku, orderId }, seen));
    return this.#change(Object.assign({}, ...filters) as Document, {
      $inc: { version: 1, available: units, held: -units, ...moved(units) },
      $set: { updatedAt: this.#clock.now() },
      $unset: Object.fromEntries(holds.map(([orderId]) => [pathOf(orderId), ''])),
    });
  }

  /** Claimed units leave the house. False without such a claim, and when too many movements wait. */
  async leave({ sku, orderId, units }: Part, movement: Movement): Promise<boolean> {
    const path = pathOf(orderId);
    const { matchedCount } = await this.#stock.updateOne(
      { _id: sku, [`${path}.units`]: units, [`${path}.expiresAt`]: null, ...roomForMovement },
      {
        $inc: { version: 1, onHand: -units, claimed: -units },
        $set: { updatedAt: this.#clock.now() },
        $unset: { [path]: '' },
        $push: { movements: movement },
        $min: { unledgeredSince: movement.at },
      },
    );
    return matchedCount === 1;
  }

  /** What the order has of these SKUs; one without stock is not among them. */
  async seen(orderId: string, skus: readonly string[]): Promise<Map<string, Seen>> {
    const projection = { available: 1, [pathOf(orderId)]: 1 };
    const found = await this.#stock.find({ _id: { $in: [...skus] } }, { projection }).toArray();
    return new Map(found.map(({ _id, available, holds }) => [_id, { available, hold: holds?.[orderId] }]));
  }

  async #change(filter: Document, update: Document): Promise<Distances | undefined> {
    const options = { returnDocument: 'after', projection: { _id: 0, toFall: 1, toRise: 1 } } as const;
    const after = await this.#stock.findOneAndUpdate(filter, update, options);
    return (after as Pick<StockDocument, 'toFall' | 'toRise'> | null) ?? undefined;
  }
}

function pathOf(orderId: string): `holds.${string}` {
  return `holds.${orderId}`;
}

function sameHold({ sku, orderId }: Pick<Part, 'sku' | 'orderId'>, { units, expiresAt, call }: HoldEntry): Document {
  const path = pathOf(orderId);
  return { _id: sku, [`${path}.call`]: call, [`${path}.units`]: units, [`${path}.expiresAt`]: expiresAt };
}
