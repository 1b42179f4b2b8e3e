import { createHash } from 'node:crypto';
import type { DocumentOutbox } from '@storefront/kit/broker/documents';
import type { Collection, Db } from 'mongodb';
import type { NewCategory } from '../contract.ts';
import { listingEntry, type ListingEntry } from '../domain/listing/listing-entry.ts';
import { canonical, contentOf, type Content, type Product } from '../domain/product.ts';

/** A product in the store. `unlistedSince`: lists do not know of this version yet (`entries.ts`); `outbox`: nor do other services. */
export type ProductDocument = Omit<Product, 'productId'> & {
  _id: string;
  contentHash: string;
  unlistedSince?: Date;
  outbox: DocumentOutbox;
};

/** What lists know of that version of the product; nothing when it is a draft, so that no index of lists has it. */
export type EntryDocument = { _id: string; version: number } & Partial<ListingEntry>;

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
  entries: Collection<EntryDocument>;
  claims: Collection<ClaimDocument>;
  trees: Collection<TreeDocument>;
};

export function collectionsOf(db: Db): Collections {
  return {
    products: db.collection<ProductDocument>('products'),
    entries: db.collection<EntryDocument>('entries'),
    claims: db.collection<ClaimDocument>('claims'),
    trees: db.collection<TreeDocument>('categories'),
  };
}

export function toDocument(product: Product): Omit<ProductDocument, 'outbox'> {
  const { productId, ...rest } = product;
  return { _id: productId, ...rest, contentHash: contentHash(product) };
}

export function toEntry(product: Product, path: readonly NewCategory[]): EntryDocument {
  const { productId, version, status } = product;
  return { _id: productId, version, ...(status === 'published' ? listingEntry(product, path) : {}) };
}

export function toProduct(document: ProductDocument): Product {
  const { _id, version, status, slug, slugs, createdAt, updatedAt, publishedAt } = document;
  return { productId: _id, version, status, slug, slugs, ...contentOf(document), createdAt, updatedAt, publishedAt };
}

/** Equal for equal content, whatever the order of its keys. */
export function contentHash(content: Content): string {
  return createHash('sha256')
    .update(canonical(contentOf(content)))
    .digest('base64url');
}
