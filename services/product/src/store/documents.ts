import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { NewCategory } from '../contract.ts';
import { listingEntry, type ListingEntry } from '../domain/listing-entry.ts';
import { canonical, contentOf, type Content, type Product } from '../domain/product.ts';

/** A product in the store. Only a published one has `listed`, so no index of lists knows the others. */
export type ProductDocument = Omit<Product, 'productId'> & {
  _id: string;
  contentHash: string;
  listed?: ListingEntry;
};

/** Who a SKU or slug belongs to: `_id` is `sku:…` or `slug:…`. Hashed shard keys cannot be unique, so this is. */
export type ClaimDocument = { _id: string; owner: string; token: string; at: Date };

/** The whole tree is one document, so that it is changed at once: two moves cannot make a cycle together. */
export type TreeDocument = {
  _id: 'tree';
  revision: number;
  categories: NewCategory[];
  /** Categories whose products must be listed anew, and the revision that asked for it. */
  relist: { slug: string; revision: number; at: Date }[];
};

export type Collections = {
  products: Collection<ProductDocument>;
  claims: Collection<ClaimDocument>;
  trees: Collection<TreeDocument>;
};

export function collectionsOf(db: Db): Collections {
  return {
    products: db.collection<ProductDocument>('products'),
    claims: db.collection<ClaimDocument>('claims'),
    trees: db.collection<TreeDocument>('categories'),
  };
}

export function toDocument(product: Product, path: readonly NewCategory[]): ProductDocument {
  const { productId, ...rest } = product;
  const listed = product.status === 'published' ? { listed: listingEntry(product, path) } : {};
  return { _id: productId, ...rest, contentHash: contentHash(product), ...listed };
}

export function toProduct({ _id, contentHash: _hash, listed: _listed, ...rest }: ProductDocument): Product {
  return { productId: _id, ...rest };
}

/** Equal for equal content, whatever the order of its keys. */
export function contentHash(content: Content): string {
  return createHash('sha256')
    .update(canonical(contentOf(content)))
    .digest('base64url');
}
