import type { Clock } from '@storefront/kit/time';
import { idFor } from '../../domain/identity.ts';
import { differenceOf, levelOf } from '../../domain/stock/level.ts';
import type { Movement } from '../../domain/stock/movement.ts';
import type { Collections } from '../documents.ts';
import { duplicates } from '../guard.ts';
import { newStock, type StockCollections, type StockDocument } from '../stock/documents.ts';
import type { Ledger } from '../stock/ledger.ts';
import type { Levels } from '../stock/levels.ts';

export type OpeningCount = { sku: string; onHand: number; lowAt: number | null };
export type OpeningOutcome = 'created' | 'updated' | 'unchanged' | 'unknown-sku';

/**
 * The first count of many SKUs, each once; whoever counts knows what is low. Where there is stock already nothing of it changes but the
 * number at which it is low: it has been sold from since, and later counts are movements.
 */
export type OpeningStock = { put(counts: readonly OpeningCount[]): Promise<OpeningOutcome[]> };

export type OpeningDeps = { claims: Collections['claims']; ledger: Ledger; levels: Levels; clock: Clock };
type Known = Pick<StockDocument, '_id' | 'lowAt' | 'told' | 'turn'>;

export function mongoOpeningStock({ stock }: Pick<StockCollections, 'stock'>, deps: OpeningDeps): OpeningStock {
  return new MongoOpeningStock(stock, deps);
}

class MongoOpeningStock implements OpeningStock {
  readonly #stock: StockCollections['stock'];
  readonly #deps: OpeningDeps;

  constructor(stock: StockCollections['stock'], deps: OpeningDeps) {
    this.#stock = stock;
    this.#deps = deps;
  }

  async put(counts: readonly OpeningCount[]): Promise<OpeningOutcome[]> {
    const skus = counts.map(({ sku }) => sku);
    const [known, sold] = await Promise.all([this.#known(skus), this.#sold(skus)]);
    const created = await this.#insert(counts.filter(({ sku }) => !known.has(sku) && sold.has(sku)));
    const outcomes: OpeningOutcome[] = [];
    for (const { sku, lowAt } of counts) {
      const before = known.get(sku);
      if (!before) outcomes.push(created.has(sku) ? 'created' : sold.has(sku) ? 'unchanged' : 'unknown-sku');
      else outcomes.push(before.lowAt !== lowAt && (await this.#setLow(before, lowAt)) ? 'updated' : 'unchanged');
    }
    return outcomes;
  }

  async #known(skus: readonly string[]): Promise<Map<string, Known>> {
    const options = { projection: { lowAt: 1, told: 1, turn: 1 }, batchSize: 1000 };
    const found = await this.#stock.find<Known>({ _id: { $in: [...skus] } }, options).toArray();
    return new Map(found.map((one) => [one._id, one]));
  }

  /** Those that a product has. */
  async #sold(skus: readonly string[]): Promise<Set<string>> {
    const keys = skus.map((sku) => `sku:${sku}`);
    const options = { projection: { _id: 1 }, batchSize: 1000 };
    const found = await this.#deps.claims.find({ _id: { $in: keys } }, options).toArray();
    return new Set(found.map(({ _id }) => _id.slice('sku:'.length)));
  }

  async #insert(counts: readonly OpeningCount[]): Promise<Set<string>> {
    if (counts.length === 0) return new Set();
    const { ledger, levels, clock } = this.#deps;
    const now = clock.now();
    const documents = counts.map(({ sku, onHand, lowAt }) =>
      newStock(sku, onHand === 0 ? null : counted(sku, onHand, now), { lowAt, told: levelOf(onHand, lowAt), now }),
    );
    const lost = await this.#stock.insertMany(documents, { ordered: false }).then((): number[] => [], duplicates);
    const skus = counts.map(({ sku }) => sku).filter((_, i) => !lost.includes(i));
    await ledger.write(skus);
    await levels.begin(skus);
    return new Set(skus);
  }

  /** The distances to the levels move with it; what there is to tell, the worker finds. */
  async #setLow({ _id, lowAt: before, told, turn }: Known, lowAt: number | null): Promise<boolean> {
    const distances = differenceOf({ told, lowAt: before }, { told, lowAt });
    const update = { $set: { lowAt, updatedAt: this.#deps.clock.now() }, $inc: { version: 1, ...distances } };
    const { matchedCount } = await this.#stock.updateOne({ _id, turn, lowAt: before }, update);
    this.#deps.levels.hint();
    return matchedCount === 1;
  }
}

function counted(sku: string, units: number, at: Date): Movement {
  return { movementId: idFor(`opening ${sku}`), sku, units, reason: 'counted', note: null, orderId: null, at };
}
