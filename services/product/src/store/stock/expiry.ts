import type { Clock } from '@storefront/kit/time';
import { hasExpired } from '../../domain/stock/stock.ts';
import type { HoldEntry, StockCollections, StockDocument } from './documents.ts';
import type { Levels } from './levels.ts';
import type { Units } from './units.ts';

const batchSize = 150;
/** Holds that end in one statement. */
const mostAtOnce = 50;
type Held = Pick<StockDocument, '_id' | 'version' | 'holds'>;
const projection = { version: 1, holds: 1 } as const;
type OrderHold = readonly [orderId: string, hold: HoldEntry];

/**
 * Ends holds that nobody claimed in time. A claim that comes first wins, one that comes later makes a new hold: each end is
 * guarded by what was seen of the hold, so any number of instances may do this at once.
 */
export class Expiry {
  readonly #stock: StockCollections['stock'];
  readonly #units: Units;
  readonly #levels: Levels;
  readonly #clock: Clock;

  constructor(
    { stock }: Pick<StockCollections, 'stock'>,
    { units, levels, clock }: { units: Units; levels: Levels; clock: Clock },
  ) {
    this.#stock = stock;
    this.#units = units;
    this.#levels = levels;
    this.#clock = clock;
  }

  /** Looks at the SKUs that are due the longest, once; answers how many holds ended. */
  async run(signal: AbortSignal): Promise<number> {
    const due = await this.#stock
      .find<Held>({ nextExpiry: { $lte: this.#clock.now() } }, { projection })
      .sort({ nextExpiry: 1 })
      .limit(batchSize)
      .hint('expiry')
      .toArray();
    let ended = 0;
    for (const held of due) if (!signal.aborted) ended += await this.#expire(held);
    return ended;
  }

  async #expire({ _id: sku, holds }: Held): Promise<number> {
    const now = this.#clock.now();
    const expired = Object.entries(holds).filter(([, hold]) => hasExpired(hold, now));
    let ended = 0;
    for (let at = 0; at < expired.length; at += mostAtOnce) {
      const some = expired.slice(at, at + mostAtOnce);
      const left = await this.#units.giveManyBack(sku, some);
      if (left) await this.#levels.notice(sku, left);
      ended += left ? some.length : await this.#endOneByOne(sku, some);
    }
    await this.#setNext(sku, now);
    return ended;
  }

  /** When one of them was claimed in between. */
  async #endOneByOne(sku: string, holds: readonly OrderHold[]): Promise<number> {
    let ended = 0;
    for (const [orderId, hold] of holds) {
      const left = await this.#units.giveBack({ sku, orderId }, hold);
      if (left) await this.#levels.notice(sku, left);
      ended += left ? 1 : 0;
    }
    return ended;
  }

  /** If nothing changes meanwhile; else the next look does it. */
  async #setNext(sku: string, now: Date): Promise<void> {
    const found = await this.#stock.findOne<Held>({ _id: sku }, { projection });
    const ends = Object.values(found?.holds ?? {}).flatMap((hold) =>
      hold.expiresAt === null || hasExpired(hold, now) ? [] : [hold.expiresAt.getTime()],
    );
    const update =
      ends.length > 0 ? { $set: { nextExpiry: new Date(Math.min(...ends)) } } : { $unset: { nextExpiry: '' as const } };
    if (found) await this.#stock.updateOne({ _id: sku, version: found.version }, update);
  }
}
