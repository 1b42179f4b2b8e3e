import type { Document } from 'mongodb';
import { sellableOf, type Sellable } from '../domain/stock/offer.ts';
import type { Product } from '../domain/product.ts';
import { toProduct, type Collections, type ProductDocument } from './documents.ts';

type From = Pick<Collections, 'claims' | 'products'>;

/** The product of each of these SKUs, whatever its status; one that no product has is not among them. */
export async function productsBySku(from: From, skus: readonly string[]): Promise<Map<string, Product>> {
  const { owners, documents } = await ownedBy<ProductDocument>(from, skus, {});
  const products = new Map(documents.map((document) => [document._id, toProduct(document)]));
  const has = (product: Product, sku: string) => product.variants.some((variant) => variant.sku === sku);
  return found(owners, (sku, owner) => {
    const product = products.get(owner);
    return product && has(product, sku) ? product : undefined;
  });
}

const ofOffers = {
  version: 1,
  updatedAt: 1,
  status: 1,
  slug: 1,
  name: 1,
  taxCategory: 1,
  images: 1,
  variants: 1,
} as const;

/** The same with no more than offers say, and so without descriptions, attributes and what else makes a product large. */
export async function sellablesBySku(from: From, skus: readonly string[]): Promise<Map<string, Sellable>> {
  type Found = Pick<ProductDocument, '_id' | keyof typeof ofOffers>;
  const { owners, documents } = await ownedBy<Found>(from, skus, ofOffers);
  const products = new Map(documents.map(({ _id: productId, ...rest }) => [productId, { productId, ...rest }]));
  return found(owners, (sku, owner) => {
    const product = products.get(owner);
    return product && sellableOf(sku, product);
  });
}

async function ownedBy<Found extends Document>(
  { claims, products }: From,
  skus: readonly string[],
  projection: Document,
) {
  const keys = skus.map((sku) => `sku:${sku}`);
  const claimed = await claims.find({ _id: { $in: keys } }, { projection: { owner: 1 } }).toArray();
  const owners = new Map(claimed.map(({ _id, owner }) => [_id.slice('sku:'.length), owner]));
  const ids = [...new Set(owners.values())];
  if (ids.length === 0) return { owners, documents: [] };
  const documents = await products.find<Found>({ _id: { $in: ids } }, { projection, batchSize: 1000 }).toArray();
  return { owners, documents };
}

function found<Value>(owners: ReadonlyMap<string, string>, valueOf: (sku: string, owner: string) => Value | undefined) {
  const values = new Map<string, Value>();
  for (const [sku, owner] of owners) {
    const value = valueOf(sku, owner);
    if (value !== undefined) values.set(sku, value);
  }
  return values;
}
