import type { Clock } from '@storefront/kit/time';
import { hasExpired } from '../../domain/stock/stock.ts';
import type { HoldEntry, StockCollections, StockDocument } from './documents.ts';
import type { Levels } from './levels.ts';
import type { Units } from './units.ts';

const batchSize = 50;
/** Holds that end in one statement. */
const mostAtOnce = 50;
type Held = Pick<StockDocument, '_id' | 'version' | 'holds'>;
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
      .find<Held>({ nextExpiry: { $lte: this.#clock.now() } }, { projection: { version: 1, holds: 1 } })
      .sort({ nextExpiry: 1 })
      .limit(batchSize)
      .hint('expiry')
      .toArray();
    let ended = 0;
    for (const held of due) if (!signal.aborted) ended += await this.#expire(held);
    return ended;
  }

  async #expire({ _id: sku, version, holds }: Held): Promise<number> {
    const now = this.#clock.now();
    const all = Object.entries(holds);
    const expired = all.filter(([, hold]) => hasExpired(hold, now));
    let [ended, changes] = [0, 0];
    for (let at = 0; at < expired.length; at += mostAtOnce) {
      const some = expired.slice(at, at + mostAtOnce);
      const together = await this.#units.giveManyBack(sku, some);
      if (together) await this.#levels.notice(sku, together);
      const alone = together ? 0 : await this.#endOneByOne(sku, some);
      ended += together ? some.length : alone;
      changes += together ? 1 : alone;
    }
    await this.#setNext({ _id: sku, version: version + changes, holds }, now);
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

  /** If nothing else changed meanwhile; else the next look does it. */
  async #setNext({ _id, version, holds }: Held, now: Date): Promise<void> {
    const ends = Object.values(holds).flatMap((hold) =>
      hold.expiresAt === null || hasExpired(hold, now) ? [] : [hold.expiresAt.getTime()],
    );
    const update =
      ends.length > 0 ? { $set: { nextExpiry: new Date(Math.min(...ends)) } } : { $unset: { nextExpiry: '' as const } };
    await this.#stock.updateOne({ _id, version }, update);
  }
}
