import { Readable } from 'node:stream';
import { route, stream } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { ProductId } from '@storefront/commerce/ids';
import { z } from 'zod';
import type { ImportRecord } from '../contract.ts';
import type { Categories } from '../domain/categories.ts';
import { contentOf, type Product } from '../domain/product.ts';
import type { OpeningStock } from '../store/bulk/opening-stock.ts';
import type { CategoryTree } from '../store/categories.ts';
import type { Exports } from '../store/bulk/exports.ts';
import type { Products } from '../store/products.ts';
import { importLines } from './import.ts';
import { linesOf } from './ndjson.ts';

export type BulkRoutesDeps = {
  products: Products;
  categories: CategoryTree;
  openingStock: OpeningStock;
  exports: Exports;
  log: Log;
};

const contentType = 'application/x-ndjson';
const pageSize = 200;

const ImportQuery = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .meta({ description: 'The first line to work on; those before it are skipped' }),
});
const ExportQuery = z.strictObject({
  cursor: ProductId.exactOptional().meta({
    description: 'productId of the last product that was received; the stock of its variants is sent again',
  }),
});

export const bulkRoutes = ({ products, categories, openingStock, exports, log }: BulkRoutesDeps) => [
  route({
    method: 'POST',
    path: '/products/import',
    summary: 'Categories, products and stock, a JSON record a line; answers an ImportReport a line while it works',
    description:
      'Running it again is safe: what is stored already is `unchanged`. A connection that breaks loses nothing that was ' +
      'reported; go on with `from`, the first line without a report.',
    allow: ['merchant'],
    query: ImportQuery,
    raw: { types: [contentType], limitBytes: 1024 * 1024 * 1024 },
    produces: contentType,
    timeout: '1h',
    async handle({ query: { from }, raw, signal }) {
      const reports = importLines(linesOf(raw), { products, categories, openingStock, log, from, signal });
      return stream(Readable.from(jsonLines(reports)), { contentType });
    },
  }),
  route({
    method: 'GET',
    path: '/products/export',
    summary:
      'The whole catalogue as records that can be imported: categories, then products by id, each with its stock',
    allow: ['merchant'],
    query: ExportQuery,
    produces: contentType,
    timeout: '1h',
    async handle({ query: { cursor }, signal }) {
      const tree = await categories.read();
      const first = cursor === undefined ? parentsFirst(tree) : await stockOfProduct(cursor, { products, exports });
      const records = exportRecords(exports, first, { after: cursor, signal });
      return stream(Readable.from(jsonLines(records)), { contentType });
    },
  }),
];

async function* exportRecords(
  exports: Exports,
  first: ImportRecord[],
  { after = '', signal }: { after: string | undefined; signal: AbortSignal },
): AsyncGenerator<ImportRecord[]> {
  yield first;
  for (let last = after; ;) {
    const page = await exports.productsAfter(last, pageSize);
    signal.throwIfAborted();
    yield await recordsOf(page, exports);
    if (page.length < pageSize) return;
    last = page.at(-1)?.productId ?? last;
  }
}

/** Each product, and after it the stock of its variants. */
async function recordsOf(products: readonly Product[], exports: Exports): Promise<ImportRecord[]> {
  const counts = await exports.stockOf(products.flatMap(skusOf));
  const bySku = new Map(counts.map((count) => [count.sku, count]));
  return products.flatMap((product): ImportRecord[] => {
    const stock = skusOf(product).flatMap((sku) => bySku.get(sku) ?? []);
    return [recordOf(product), ...stock.map((count) => ({ kind: 'stock' as const, ...count }))];
  });
}

/** A connection may have broken between a product and its stock. */
async function stockOfProduct(productId: string, { products, exports }: Pick<BulkRoutesDeps, 'products' | 'exports'>) {
  const product = await products.find(productId);
  return product ? (await recordsOf([product], exports)).slice(1) : [];
}

function skusOf({ variants }: Product): string[] {
  return variants.map(({ sku }) => sku);
}

function recordOf(product: Product): ImportRecord {
  const { productId, slug, status } = product;
  return { kind: 'product', productId, slug, status, ...contentOf(product) };
}

function parentsFirst(categories: Categories, parent: string | null = null): ImportRecord[] {
  const here = [...categories.values()].filter((category) => category.parent === parent);
  return here.flatMap((category) => [{ kind: 'category', ...category }, ...parentsFirst(categories, category.slug)]);
}

/** What comes together leaves together. */
async function* jsonLines(batches: AsyncIterable<readonly unknown[]>): AsyncGenerator<Buffer> {
  for await (const batch of batches)
    if (batch.length > 0) yield Buffer.from(batch.map((value) => `${JSON.stringify(value)}\n`).join(''));
}
