import { setTimeout as pause } from 'node:timers/promises';
import type { FieldError } from '@storefront/kit/errors';
import { ServiceError } from '@storefront/kit/errors';
import type { Log } from '@storefront/kit/log';
import type { z } from 'zod';
import { ImportRecord, type ImportReport } from '../contract.ts';
import type { OpeningStock } from '../store/bulk/opening-stock.ts';
import type { CategoryTree } from '../store/categories.ts';
import type { Products } from '../store/products.ts';
import { idFor } from '../domain/identity.ts';
import type { Line } from './ndjson.ts';

export type ImportDeps = { products: Products; categories: CategoryTree; openingStock: OpeningStock; log: Log };
type ProductRecord = Extract<ImportRecord, { kind: 'product' }>;
type StockRecord = Extract<ImportRecord, { kind: 'stock' }>;
type Outcome = Omit<ImportReport, 'line'>;
type Read = { line: number; record: ImportRecord } | { line: number; refused: FieldError[] };

const batchSize = 100;
const storeAttempts = 6;

/** One report a line, in order and a batch at a time. The next batch is read when this one is taken. */
export async function* importLines(
  lines: AsyncIterable<Line>,
  { from, signal, ...deps }: ImportDeps & { from: number; signal: AbortSignal },
): AsyncGenerator<ImportReport[]> {
  const batch: Read[] = [];
  for await (const line of lines) {
    signal.throwIfAborted();
    if (line.number < from) continue;
    const read = readLine(line);
    if (mustWait(read, batch)) yield await written(batch.splice(0), deps);
    batch.push(read);
    if (batch.length >= batchSize) yield await written(batch.splice(0), deps);
  }
  if (batch.length > 0) yield await written(batch, deps);
}

function readLine(line: Line): Read {
  if ('problem' in line) return { line: line.number, refused: [{ field: 'line', message: line.problem }] };
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return { line: line.number, refused: [{ field: 'line', message: 'is not JSON' }] };
  }
  const result = ImportRecord.safeParse(value);
  if (result.success) return { line: line.number, record: result.data };
  return { line: line.number, refused: fieldErrors(result.error.issues) };
}

/** Records of a batch are written together: what depends on one that is not written yet waits for it. */
function mustWait(read: Read, batch: readonly Read[]): boolean {
  if ('refused' in read || batch.length === 0) return false;
  const { kind } = read.record;
  if (kind === 'category') return true;
  const keys = new Set(keysOf(read.record));
  return batch.some(
    (other) => 'record' in other && (other.record.kind !== kind || keysOf(other.record).some((key) => keys.has(key))),
  );
}

async function written(batch: readonly Read[], deps: ImportDeps): Promise<ImportReport[]> {
  const records = batch.flatMap((read) => ('record' in read ? [read.record] : []));
  const outcomes = await putRecords(records, deps);
  return batch.map((read) => {
    if ('refused' in read) return { line: read.line, outcome: 'refused', id: null, errors: read.refused };
    return { line: read.line, ...(outcomes.shift() as Outcome) };
  });
}

/** All of one kind; a category is alone. */
async function putRecords(records: readonly ImportRecord[], deps: ImportDeps): Promise<Outcome[]> {
  const [first] = records;
  if (first?.kind === 'category') return [await withPatience(() => putCategory(first, deps), deps.log)];
  if (first?.kind === 'stock') return withPatience(() => putStock(records as StockRecord[], deps), deps.log);
  return putProducts(records as ProductRecord[], deps);
}

async function putStock(records: readonly StockRecord[], { openingStock }: ImportDeps): Promise<Outcome[]> {
  const outcomes = await openingStock.put(records.map(({ kind: _kind, ...count }) => count));
  return outcomes.map((outcome, i) => {
    const id = records[i]?.sku ?? null;
    if (outcome !== 'unknown-sku') return { outcome, id };
    return { outcome: 'refused', id, errors: [{ field: 'sku', message: 'belongs to no product' }] };
  });
}

async function putCategory({ kind: _kind, ...category }: ImportRecord & { kind: 'category' }, deps: ImportDeps) {
  return outcomeOf(category.slug, () => deps.categories.put(category));
}

async function putProducts(records: readonly ProductRecord[], { products, log }: ImportDeps): Promise<Outcome[]> {
  const inputs = records.map(({ kind: _kind, status, ...product }) => ({
    product: { ...product, productId: identityOf(product) },
    status,
  }));
  const created = await withPatience(() => products.putAll(inputs), log);
  const outcomes: Outcome[] = [];
  for (const [i, { product, status }] of inputs.entries()) {
    const done = created[i];
    outcomes.push(
      done
        ? { outcome: done, id: product.productId }
        : await withPatience(() => outcomeOf(product.productId, () => products.put(product, status)), log),
    );
  }
  return outcomes;
}

/** A record without an id is known by its first SKU, so that importing it again finds it. */
function identityOf({ productId, variants }: Pick<ProductRecord, 'productId' | 'variants'>): string {
  return productId ?? idFor(`sku ${variants[0]?.sku}`);
}

function keysOf(record: ImportRecord): string[] {
  if (record.kind === 'category') return [];
  if (record.kind === 'stock') return [`sku ${record.sku}`];
  const slug = record.slug === undefined ? [] : [`slug ${record.slug}`];
  return [identityOf(record), ...slug, ...record.variants.map(({ sku }) => `sku ${sku}`)];
}

async function outcomeOf(id: string, work: () => Promise<Outcome['outcome']>): Promise<Outcome> {
  try {
    return { outcome: await work(), id };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind === 'unavailable') throw error;
    const fields = error.details.fields ?? [{ field: 'record', message: error.message }];
    return { outcome: 'refused', id, errors: fields };
  }
}

/** A store that is away for a few seconds does not end an import. */
async function withPatience<Result>(work: () => Promise<Result>, log: Log): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const mayHeal = error instanceof ServiceError && error.kind === 'unavailable';
      if (!mayHeal || attempt === storeAttempts) throw error;
      log.warn({ error, attempt }, 'the import waits for the store');
      await pause(500 * attempt);
    }
  }
}

function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.slice(0, 20).flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const paths = keys.length > 0 ? keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ field: fieldOf(path), message: issue.message }));
  });
}

function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'record' : text.replace(/^\./, '');
}
