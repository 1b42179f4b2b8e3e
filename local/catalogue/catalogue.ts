import type { ImportRecord } from '@storefront/product/contract';
import { categoryRecords } from './records/category.ts';
import type { Drawn } from './gallery.ts';
import { kinds } from './kinds/index.ts';
import { type Picture, productAt, type ProductRecord } from './records/product.ts';
import { stockOf } from './records/stock.ts';

export type Batch = { first: number; records: ImportRecord[] };

export type Plan = {
  count: number;
  /** The product to begin with; the categories come first whatever it is. */
  from: number;
  /** How many products have pictures of their own; the others borrow one of their kind. */
  drawn: number;
  /** Products a batch. */
  size: number;
  /** Pictures at work at once. */
  atOnce: number;
};

/** Stores a picture where the records will look for it, and answers its hash. */
export type Hang = (picture: Drawn) => Promise<void>;

/**
 * The catalogue in batches, categories first, products before their stock. A batch is yielded when its pictures hang, and the next is begun when it is asked for:
 * memory does not grow with the catalogue.
 */
export async function* batches(plan: Plan, draw: (svg: string) => Promise<Drawn>, hang: Hang): AsyncGenerator<Batch> {
  const lent = new Map<number, Promise<string>>();
  yield { first: plan.from, records: categoryRecords() };
  const own = Math.max(kinds.length, plan.drawn - (plan.drawn % kinds.length));
  for (let first = plan.from; first < plan.count; first += plan.size) {
    const indexes = Array.from({ length: Math.min(plan.size, plan.count - first) }, (_, at) => first + at);
    const products = await mapAtOnce(indexes, plan.atOnce, (index) => finish(index, own));
    yield { first, records: [...products, ...products.flatMap(stockOf)] };
  }

  async function finish(index: number, own: number): Promise<ProductRecord> {
    const { pictures, record } = productAt(index);
    if (index >= plan.drawn) return record([await lend(index % own)]);
    const hashes: string[] = [];
    for (const picture of pictures) hashes.push(await show(picture));
    return record(hashes);
  }

  /** Kinds come in turn, so a product and the one a whole number of turns before it are of one kind. */
  function lend(index: number): Promise<string> {
    const known = lent.get(index) ?? show(productAt(index).pictures[0]!);
    lent.set(index, known);
    return known;
  }

  async function show(picture: Picture): Promise<string> {
    const drawn = await draw(picture.draw());
    await hang(drawn);
    return drawn.sha256;
  }
}

async function mapAtOnce<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
