import type { Product } from '../domain/product.ts';
import { toProduct, type Collections } from './documents.ts';

/** The product of each of these SKUs, whatever its status; one that no product has is not among them. */
export async function productsBySku(
  { claims, products }: Pick<Collections, 'claims' | 'products'>,
  skus: readonly string[],
): Promise<Map<string, Product>> {
  const keys = skus.map((sku) => `sku:${sku}`);
  const claimed = await claims.find({ _id: { $in: keys } }, { projection: { owner: 1 } }).toArray();
  const ids = [...new Set(claimed.map(({ owner }) => owner))];
  if (ids.length === 0) return new Map();
  const found = await products.find({ _id: { $in: ids } }, { batchSize: 1000 }).toArray();
  const bySku = found.map(toProduct).flatMap((product) => product.variants.map(({ sku }) => [sku, product] as const));
  const wanted = new Set(skus);
  return new Map(bySku.filter(([sku]) => wanted.has(sku)));
}
