import type { Clock } from '@storefront/kit/time';
import type { Ending } from '../../domain/stock/stock.ts';
import { falseIfDuplicate } from '../guard.ts';
import type { EndingDocument, StockCollections } from './documents.ts';

export type Lines = readonly { sku: string; units: number }[];

/** Longer than a request may be on its way: who has not seen the ending by then never comes. */
const settledMs = 60_000;

/** How the holds of orders ended: the first word counts, whatever comes later and however often. */
export class Endings {
  readonly #endings: StockCollections['endings'];
  readonly #clock: Clock;

  constructor({ endings }: Pick<StockCollections, 'endings'>, clock: Clock) {
    this.#endings = endings;
    this.#clock = clock;
  }

  async find(orderId: string): Promise<Ending | undefined> {
    const found = await this.#endings.findOne({ _id: orderId }, { projection: { ending: 1 } });
    return found?.ending;
  }

  /** Answers how it ended: this way, or as somebody said before. */
  async end(orderId: string, ending: Ending, lines: Lines): Promise<Ending> {
    const at = this.#clock.now();
    const settleAt = new Date(at.getTime() + settledMs);
    const document = { _id: orderId, ending, lines: lines.map(({ sku, units }) => ({ sku, units })), at, settleAt };
    const isFirst = await this.#endings.insertOne(document).then(() => true, falseIfDuplicate);
    return isFirst ? ending : ((await this.find(orderId)) ?? ending);
  }

  /** Those of which somebody may not have heard in time, or whose writer died before it did what it says. */
  async unsettled(limit: number): Promise<EndingDocument[]> {
    return this.#endings
      .find({ settleAt: { $lte: this.#clock.now() } })
      .sort({ settleAt: 1 })
      .limit(limit)
      .hint('unsettled')
      .toArray();
  }

  async settle(orderIds: readonly string[]): Promise<void> {
    if (orderIds.length > 0)
      await this.#endings.updateMany({ _id: { $in: [...orderIds] } }, { $unset: { settleAt: '' } });
  }
}
