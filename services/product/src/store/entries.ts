import { newOutbox, type DocumentOutbox } from '@storefront/kit/broker/documents';
import type { Clock } from '@storefront/kit/time';
import type { NewCategory } from '../contract.ts';
import type { Product } from '../domain/product.ts';
import { toDocument, toEntry, type Collections, type EntryDocument, type ProductDocument } from './documents.ts';
import { duplicates } from './guard.ts';
import { createHints, type Hints } from './hints.ts';

export type Placed = { product: Product; path: readonly NewCategory[] };

/**
 * What lists know of products lies in documents of their own, narrow ones. A product is written first, with the time since
 * when lists do not know of it; then its entry; then the time is taken off. Whoever dies in between leaves the time, and by
 * it relisting finds the product. An entry gives way to a later version only, so a late writer spoils nothing.
 */
export type Entries = {
  /** The product as it is to be written: unknown to lists, and to be announced. */
  unlisted(product: Product): ProductDocument;
  /** After the products: their entries. */
  write(placed: readonly Placed[]): Promise<void>;
  /** The same for a writer, whose products are written: what keeps them from lists now, relisting mends. */
  tryWrite(placed: readonly Placed[]): Promise<void>;
};

export function mongoEntries(collections: Collections, clock: Clock, hints: Hints = createHints()): Entries {
  return new MongoEntries(collections, clock, hints);
}

class MongoEntries implements Entries {
  readonly #products: Collections['products'];
  readonly #entries: Collections['entries'];
  readonly #clock: Clock;
  readonly #hints: Hints;

  constructor({ products, entries }: Collections, clock: Clock, hints: Hints) {
    this.#products = products;
    this.#entries = entries;
    this.#clock = clock;
    this.#hints = hints;
  }

  unlisted(product: Product): ProductDocument {
    const now = this.#clock.now();
    const unlisted = hasEntry(product) ? { unlistedSince: now } : {};
    return { ...toDocument(product), ...unlisted, outbox: outboxOf(product, now) };
  }

  async write(placed: readonly Placed[]): Promise<void> {
    this.#hints.emit('announced', 'products');
    const versions = placed.filter(({ product }) => hasEntry(product));
    const documents = versions.map(({ product, path }) => toEntry(product, path));
    await this.#insert(documents.filter(({ version }) => version === 1));
    await this.#replace(documents.filter(({ version }) => version > 1));
    for (const [version, some] of Map.groupBy(documents, (document) => document.version)) {
      const ids = some.map(({ _id }) => _id);
      await this.#products.updateMany({ _id: { $in: ids }, version }, { $unset: { unlistedSince: '' } });
    }
  }

  async tryWrite(placed: readonly Placed[]): Promise<void> {
    await this.write(placed).catch(() => undefined);
  }

  async #insert(documents: EntryDocument[]): Promise<void> {
    if (documents.length > 0) await this.#entries.insertMany(documents, { ordered: false }).catch(duplicates);
  }

  /** What is there in a later version, or in this one, is a duplicate and stays. */
  async #replace(documents: EntryDocument[]): Promise<void> {
    const writes = documents.map((replacement) => {
      const filter = { _id: replacement._id, version: { $lt: replacement.version } };
      return { replaceOne: { filter, replacement, upsert: true } };
    });
    if (writes.length > 0) await this.#entries.bulkWrite(writes, { ordered: false }).catch(duplicates);
  }
}

/** What was never published nobody has heard of. Whatever waited in the document before, the newest state stands for it. */
function outboxOf({ publishedAt }: Product, now: Date): DocumentOutbox {
  return publishedAt === null ? { publishedVersion: 0 } : newOutbox(now);
}

/** A draft that was never anything else is in no list. */
function hasEntry({ status, version }: Product): boolean {
  return status === 'published' || version > 1;
}
