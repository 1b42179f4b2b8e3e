import { slugOf } from '@storefront/commerce/ids';
import type { Clock } from '@storefront/kit/time';
import type { NewProduct, ProductStatus } from '../../contract.ts';
import { pathTo, type Categories } from '../../domain/categories.ts';
import * as rules from '../../domain/product.ts';
import type { Claims } from '../claims.ts';
import { contentHash, type Collections, type ProductDocument } from '../documents.ts';
import type { Entries, Placed } from '../entries.ts';
import { duplicates } from '../guard.ts';

export type BatchInput = { product: NewProduct & { productId: string }; status: ProductStatus | undefined };
/** Undefined: not so simple, nothing was done. */
export type BatchOutcome = 'created' | 'unchanged' | undefined;

type BatchDeps = {
  products: Collections['products'];
  entries: Entries;
  claims: Claims;
  categories: Categories;
  currencies: readonly string[];
  clock: Clock;
};

/** Stores those of the products that are new and in order, in a few steps for all of them; knows those that are unchanged. */
export async function putSimpleOnes(inputs: readonly BatchInput[], deps: BatchDeps): Promise<BatchOutcome[]> {
  const known = await knownProducts(inputs, deps);
  const placed = inputs.flatMap((input) => {
    const one = known.has(input.product.productId) ? undefined : newProduct(input, deps);
    return one ? [one] : [];
  });
  const created = await insertClaimed(placed, deps);
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

function newProduct({ product, status }: BatchInput, deps: BatchDeps): Placed | undefined {
  const path = pathTo(deps.categories, product.category);
  if (!path || rules.inconsistencies(product).length > 0) return undefined;
  if (status === 'published' && rules.missingPrices(product, deps.currencies).length > 0) return undefined;
  const now = deps.clock.now();
  const slug = product.slug ?? (slugOf(product.name) || 'product');
  const drafted = rules.draft(product, { productId: product.productId, slug }, now);
  return { product: status === 'published' ? { ...rules.publish(drafted, now), version: 1 } : drafted, path };
}

/** The ids of the products that were stored. */
async function insertClaimed(placed: Placed[], { products, entries, claims }: BatchDeps): Promise<Set<string>> {
  if (placed.length === 0) return new Set();
  const claimed = await claims.claimMany(
    placed.map(({ product: { productId, variants, slug } }) => ({
      owner: productId,
      keys: [...variants.map(({ sku }) => `sku:${sku}`), `slug:${slug}`],
    })),
  );
  const ready = placed.filter(({ product }) => claimed.has(product.productId));
  if (ready.length === 0) return new Set();
  const documents = ready.map(({ product }) => entries.unlisted(product));
  const refused = await products.insertMany(documents, { ordered: false }).then((): number[] => [], duplicates);
  for (const index of refused) {
    const own = claimed.get(ready[index]?.product.productId ?? '');
    if (own) await claims.release(own);
  }
  const stored = ready.filter((_, index) => !refused.includes(index));
  await entries.tryWrite(stored);
  return new Set(stored.map(({ product }) => product.productId));
}
