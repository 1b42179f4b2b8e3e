import type { Clock } from '@storefront/kit/time';
import type { AnyBulkWriteOperation } from 'mongodb';
import { numbered, type LedgerEnd, type LedgerEntry } from '../../domain/stock/movement.ts';
import { duplicates } from '../guard.ts';
import type { Hints } from '../hints.ts';
import { toLedgerDocument, toLedgerEntry, type StockCollections, type StockDocument } from './documents.ts';

const batchSize = 100;
type Waiting = Pick<StockDocument, '_id' | 'movements' | 'ledger'>;
const projection = { movements: 1, ledger: 1 } as const;

/**
 * The ledger is only added to. A movement waits in the document of its SKU, written with the change itself; whoever finds it there
 * writes it down and takes it out. Its place follows from the document alone, so any number may do so at once.
 */
export class Ledger {
  readonly #stock: StockCollections['stock'];
  readonly #ledger: StockCollections['ledger'];
  readonly #clock: Clock;
  readonly #hints: Hints;

  constructor(
    { stock, ledger }: Pick<StockCollections, 'stock' | 'ledger'>,
    { clock, hints }: { clock: Clock; hints: Hints },
  ) {
    this.#stock = stock;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#hints = hints;
  }

  /** Says that a movement waits. */
  hint(): void {
    this.#hints.emit('ledger');
  }

  /** Works on until nothing waits or `signal` aborts; answers how many movements it wrote. */
  async run(signal: AbortSignal): Promise<number> {
    for (let written = 0; ;) {
      const waiting = await this.#stock
        .find({ unledgeredSince: { $lte: this.#clock.now() } }, { projection })
        .sort({ unledgeredSince: 1 })
        .limit(batchSize)
        .hint('unledgered')
        .toArray();
      if (waiting.length === 0 || signal.aborted) return written;
      await this.#writeAll(waiting);
      written += waiting.reduce((sum, { movements }) => sum + movements.length, 0);
      if (waiting.length < batchSize) return written;
    }
  }

  /** Those of these SKUs, now. */
  async write(skus: readonly string[]): Promise<void> {
    const found = await this.#stock.find({ _id: { $in: [...skus] } }, { projection, batchSize: 1000 }).toArray();
    await this.#writeAll(found.filter(({ movements }) => movements.length > 0));
  }

  async find(sku: string, movementId: string): Promise<LedgerEntry | undefined> {
    const found = await this.#ledger.findOne({ _id: movementId, sku });
    return found ? toLedgerEntry(found) : undefined;
  }

  /** Newest first, from below a place on. */
  async list(sku: string, { below, limit }: { below: number; limit: number }): Promise<LedgerEntry[]> {
    const found = await this.#ledger
      .find({ sku, sequence: { $lt: below } })
      .sort({ sequence: -1 })
      .limit(limit)
      .hint('by-sku')
      .toArray();
    return found.map(toLedgerEntry);
  }

  async #writeAll(waiting: readonly Waiting[]): Promise<void> {
    if (waiting.length === 0) return;
    const documents = waiting.flatMap(({ movements, ledger }) => numbered(movements, ledger)).map(toLedgerDocument);
    if (documents.length > 0) await this.#ledger.insertMany(documents, { ordered: false }).catch(duplicates);
    // In the order of their ids, in which all who write many lock them.
    const inOrder = waiting.toSorted((a, b) => (a._id < b._id ? -1 : 1));
    const { matchedCount } = await this.#stock.bulkWrite(inOrder.map(allWritten));
    if (matchedCount < waiting.length) await this.#stock.bulkWrite(inOrder.map(someWritten));
  }
}

/** If no more wait than were written, none waits. Of two writers the second finds another end of the ledger, and changes nothing. */
function allWritten(waiting: Waiting): AnyBulkWriteOperation<StockDocument> {
  const filter = { ...asSeen(waiting), [`movements.${waiting.movements.length}`]: { $exists: false } };
  const update = { $set: { movements: [], ledger: endAfter(waiting) }, $unset: { unledgeredSince: '' as const } };
  return { updateOne: { filter, update } };
}

/** Else these are taken out, and the others wait on. */
function someWritten(waiting: Waiting): AnyBulkWriteOperation<StockDocument> {
  const ids = waiting.movements.map(({ movementId }) => movementId);
  const update = { $set: { ledger: endAfter(waiting) }, $pull: { movements: { movementId: { $in: ids } } } };
  return { updateOne: { filter: asSeen(waiting), update } };
}

function asSeen({ _id, ledger }: Waiting): { _id: string; 'ledger.sequence': number } {
  return { _id, 'ledger.sequence': ledger.sequence };
}

function endAfter({ movements, ledger }: Waiting): LedgerEnd {
  const last = numbered(movements, ledger).at(-1);
  return last ? { sequence: last.sequence, onHand: last.onHandAfter } : ledger;
}
