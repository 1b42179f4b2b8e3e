import { slugOf } from '@storefront/commerce/ids';
import type { Clock } from '@storefront/kit/time';
import type { NewProduct, ProductStatus } from '../contract.ts';
import { pathTo, type Categories } from '../domain/categories.ts';
import * as rules from '../domain/product.ts';
import type { Claims } from './claims.ts';
import { contentHash, toDocument, type Collections, type ProductDocument } from './documents.ts';
import { duplicates } from './guard.ts';

export type BatchInput = { product: NewProduct & { productId: string }; status: ProductStatus | undefined };
/** Undefined: not so simple, nothing was done. */
export type BatchOutcome = 'created' | 'unchanged' | undefined;

type BatchDeps = {
  products: Collections['products'];
  claims: Claims;
  categories: Categories;
  currencies: readonly string[];
  clock: Clock;
};

/** Stores those of the products that are new and in order, in a few steps for all of them; knows those that are unchanged. */
export async function putSimpleOnes(inputs: readonly BatchInput[], deps: BatchDeps): Promise<BatchOutcome[]> {
  const known = await knownProducts(inputs, deps);
  const documents = inputs.flatMap((input) => {
    const document = known.has(input.product.productId) ? undefined : newDocument(input, deps);
    return document ? [document] : [];
  });
  const created = await insertClaimed(documents, deps);
  return inputs.map(({ product, status }) => {
    if (created.has(product.productId)) return 'created';
    const before = known.get(product.productId);
    return before && isUnchanged(before, product, status) ? 'unchanged' : undefined;
  });
}

type Known = Pick<ProductDocument, 'contentHash' | 'slug' | 'status'>;

async function knownProducts(inputs: readonly BatchInput[], { products }: BatchDeps): Promise<Map<string, Known>> {
  const ids = inputs.map(({ product }) => product.productId);
  const found = await products
    .find({ _id: { $in: ids } }, { projection: { contentHash: 1, slug: 1, status: 1 }, batchSize: 1000 })
    .toArray();
  return new Map(found.map((document) => [document._id, document]));
}

function isUnchanged(before: Known, product: NewProduct, status: ProductStatus | undefined): boolean {
  return (
    before.contentHash === contentHash(product) &&
    before.slug === (product.slug ?? before.slug) &&
    before.status === (status ?? before.status)
  );
}

function newDocument({ product, status }: BatchInput, deps: BatchDeps): ProductDocument | undefined {
  const path = pathTo(deps.categories, product.category);
  if (!path || rules.inconsistencies(product).length > 0) return undefined;
  if (status === 'published' && rules.missingPrices(product, deps.currencies).length > 0) return undefined;
  const now = deps.clock.now();
  const slug = product.slug ?? (slugOf(product.name) || 'product');
  const drafted = rules.draft(product, { productId: product.productId, slug }, now);
  return toDocument(status === 'published' ? { ...rules.publish(drafted, now), version: 1 } : drafted, path);
}

/** The ids of the documents that were stored. */
async function insertClaimed(documents: ProductDocument[], { products, claims }: BatchDeps): Promise<Set<string>> {
  if (documents.length === 0) return new Set();
  const claimed = await claims.claimMany(
    documents.map(({ _id, variants, slug }) => ({
      owner: _id,
      keys: [...variants.map(({ sku }) => `sku:${sku}`), `slug:${slug}`],
    })),
  );
  const ready = documents.filter(({ _id }) => claimed.has(_id));
  if (ready.length === 0) return new Set();
  const refused = await products.insertMany(ready, { ordered: false }).then((): number[] => [], duplicates);
  for (const index of refused) {
    const own = claimed.get(ready[index]?._id ?? '');
    if (own) await claims.release(own);
  }
  return new Set(ready.filter((_, index) => !refused.includes(index)).map(({ _id }) => _id));
}
