import { announced, roomFor } from '@storefront/kit/broker/documents';
import type { Clock } from '@storefront/kit/time';
import type { Filter } from 'mongodb';
import { differenceOf, isSoldOutOrBack, isTold, levelOf, type Distances } from '../../domain/stock/level.ts';
import { lowStock } from '../../events/low-stock.ts';
import type { Hints } from '../hints.ts';
import type { InStock } from '../in-stock.ts';
import type { StockCollections, StockDocument } from './documents.ts';

const batchSize = 100;
/** Plenty, low, out, and once more for a change in between. */
const turns = 4;
type Standing = Pick<StockDocument, '_id' | 'available' | 'lowAt' | 'told' | 'turn' | 'toFall' | 'toRise'>;
const projection = { available: 1, lowAt: 1, told: 1, turn: 1, toFall: 1, toRise: 1 } as const;

/**
 * Tells of a stock that has run low, run out or come back: by `stock.low`, and by the product in the catalogue. Whoever changes
 * a stock gets its distances back and hands them on here; what it did not get to is found by index.
 */
export class Levels {
  readonly #stock: StockCollections['stock'];
  readonly #inStock: InStock;
  readonly #clock: Clock;
  readonly #hints: Hints;

  constructor(
    { stock }: Pick<StockCollections, 'stock'>,
    { inStock, clock, hints }: { inStock: InStock; clock: Clock; hints: Hints },
  ) {
    this.#stock = stock;
    this.#inStock = inStock;
    this.#clock = clock;
    this.#hints = hints;
  }

  /** After a change. What keeps it from telling now is no reason to fail the change: the worker does it. */
  async notice(sku: string, left: Distances): Promise<void> {
    if (isTold(left)) return;
    await this.#follow([sku]).catch(() => this.hint());
  }

  /** Of stock that is new: whatever the product says, it follows from now on. */
  async begin(skus: readonly string[]): Promise<void> {
    await this.#follow(skus).catch(() => this.hint());
  }

  /** Says that there may be something to tell. */
  hint(): void {
    this.#hints.emit('levels');
  }

  /** Works on until nothing is left or `signal` aborts; answers how many SKUs it told of. */
  async run(signal: AbortSignal): Promise<number> {
    const waiting: [string, Filter<StockDocument>][] = [
      ['fallen', { toFall: { $lte: 0 } }],
      ['risen', { toRise: { $lte: 0 } }],
      ['unlisted', { relistSince: { $lte: this.#clock.now() } }],
    ];
    let told = 0;
    for (const [index, filter] of waiting) {
      if (signal.aborted) break;
      const found = await this.#stock
        .find(filter, { projection: { _id: 1 } })
        .limit(batchSize)
        .hint(index)
        .toArray();
      if (found.length > 0) await this.#follow(found.map(({ _id }) => _id));
      told += found.length;
    }
    return told;
  }

  async #follow(skus: readonly string[]): Promise<void> {
    const ids = { _id: { $in: [...skus] } };
    for (const standing of await this.#stock.find(ids, { projection }).toArray()) await this.#turnUntilTold(standing);
    const unlisted = await this.#stock
      .find({ ...ids, relistSince: { $lte: this.#clock.now() } }, { projection: { turn: 1 } })
      .sort({ _id: 1 }) // in the order in which all who write many lock them
      .toArray();
    if (unlisted.length === 0) return;
    await this.#inStock.follow(unlisted.map(({ _id }) => _id));
    for (const [turn, some] of Map.groupBy(unlisted, (one) => one.turn))
      await this.#stock.updateMany({ _id: { $in: some.map(({ _id }) => _id) }, turn }, { $unset: { relistSince: '' } });
  }

  async #turnUntilTold(seen: Standing): Promise<void> {
    let standing: Standing | null = seen;
    for (let turn = 0; turn < turns && standing && !isTold(standing); turn += 1) {
      await this.#turn(standing);
      standing = await this.#stock.findOne({ _id: standing._id }, { projection });
    }
  }

  /** Once for a change of level, whoever comes first. While 32 of its events wait, the level is told by the catalogue alone. */
  async #turn(standing: Standing): Promise<void> {
    const { _id, available, lowAt, told, turn } = standing;
    const level = levelOf(available, lowAt);
    if (level === told) return;
    const hasFallen = standing.toFall <= 0;
    const filter = { _id, turn, lowAt, ...(hasFallen ? { toFall: { $lte: 0 } } : { toRise: { $lte: 0 } }) };
    const now = this.#clock.now();
    const distances = differenceOf({ told, lowAt }, { told: level, lowAt });
    const $inc = { version: 1, turn: 1, ...distances };
    const $set = { told: level, ...(isSoldOutOrBack(told, level) ? { relistSince: now } : {}) };
    if (lowAt !== null && told === 'plenty') {
      const news = announced(now, [lowStock(standing)]);
      const { matchedCount } = await this.#stock.updateOne({ ...filter, ...roomFor(1) }, { ...news, $inc, $set });
      if (matchedCount === 1) {
        this.#hints.emit('announced', 'stock');
        return;
      }
    }
    await this.#stock.updateOne(filter, { $inc, $set });
  }
}
