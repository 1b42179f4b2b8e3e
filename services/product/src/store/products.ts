import { versionMismatch } from '@storefront/kit/errors';
import type { Clock } from '@storefront/kit/time';
import { slugOf } from '@storefront/commerce/ids';
import type { NewCategory, NewProduct, ProductChange, ProductStatus } from '../contract.ts';
import { pathTo } from '../domain/categories.ts';
import {
  changingTooFast,
  inconsistent,
  priceMissing,
  productExists,
  productNotFound,
  skuTaken,
  slugTaken,
  unknownCategory,
} from '../domain/errors.ts';
import * as rules from '../domain/product.ts';
import type { Content, Product } from '../domain/product.ts';
import type { CategoryTree } from './categories.ts';
import type { Claimed, Claims } from './claims.ts';
import { putSimpleOnes, type BatchInput, type BatchOutcome } from './bulk/product-batches.ts';
import { contentHash, toProduct, type Collections } from './documents.ts';
import type { Entries } from './entries.ts';
import { falseIfDuplicate } from './guard.ts';
import type { InStock } from './in-stock.ts';

export type Products = {
  find(productId: string): Promise<Product | undefined>;
  /** By the current slug or an old one. */
  findBySlug(slug: string): Promise<Product | undefined>;
  /** The same id with the same content again is the same product: `isNew` is false. */
  create(input: WithId): Promise<{ product: Product; isNew: boolean }>;
  change(productId: string, wanted: ProductChange, expectedVersion: number): Promise<Product>;
  /** Without an expected version the newest is meant. Doing it again changes nothing. */
  setStatus(productId: string, status: ProductStatus, expectedVersion: number | null): Promise<Product>;
  /** Creates or changes the product to be exactly this: what an import does with a record. */
  put(input: WithId, status?: ProductStatus): Promise<'created' | 'updated' | 'unchanged'>;
  /**
   * The same for many at once, as far as that is simple: those that are new or unchanged. The others are answered with
   * undefined and nothing is done about them.
   */
  putAll(inputs: readonly BatchInput[]): Promise<BatchOutcome[]>;
};
type WithId = NewProduct & { productId: string };

export type ProductsDeps = {
  collections: Collections;
  entries: Entries;
  claims: Claims;
  categories: CategoryTree;
  inStock: InStock;
  currencies: readonly string[];
  clock: Clock;
};

const attempts = 5;

export function mongoProducts(deps: ProductsDeps): Products {
  return new MongoProducts(deps);
}

class MongoProducts implements Products {
  readonly #products: Collections['products'];
  readonly #entries: Entries;
  readonly #claims: Claims;
  readonly #categories: CategoryTree;
  readonly #inStock: InStock;
  readonly #currencies: readonly string[];
  readonly #clock: Clock;

  constructor({ collections, entries, claims, categories, inStock, currencies, clock }: ProductsDeps) {
    this.#products = collections.products;
    this.#entries = entries;
    this.#claims = claims;
    this.#categories = categories;
    this.#inStock = inStock;
    this.#currencies = currencies;
    this.#clock = clock;
  }

  async find(productId: string): Promise<Product | undefined> {
    const found = await this.#products.findOne({ _id: productId });
    return found ? toProduct(found) : undefined;
  }

  async findBySlug(slug: string): Promise<Product | undefined> {
    const found = await this.#products.findOne({ slugs: slug }, { hint: 'slugs' });
    return found ? toProduct(found) : undefined;
  }

  async create(given: WithId) {
    return this.#create(await this.#withStock(given), 'draft');
  }

  async #create(input: WithId, status: ProductStatus) {
    const { productId } = input;
    const path = await this.#pathOf(checked(input));
    const before = await this.find(productId);
    if (before) return sameOrRefused(before, input);
    const { slug, claimed } = await this.#claimNew(input);
    const drafted = rules.draft(input, { productId, slug }, this.#clock.now());
    const product = status === 'published' ? { ...this.#published(drafted), version: 1 } : drafted;
    const isNew = await this.#products.insertOne(this.#entries.unlisted(product)).then(() => true, falseIfDuplicate);
    if (isNew) {
      await this.#entries.tryWrite([{ product, path }]);
      return { product, isNew };
    }
    await this.#claims.release(claimed);
    return sameOrRefused(await this.#existing(productId), input);
  }

  /** Its SKUs and its slug; a slug made of the name gets a part of the id where another product was first. */
  async #claimNew(input: WithId): Promise<{ slug: string; claimed: Claimed }> {
    const { productId, name, variants } = input;
    const made = slugOf(name) || 'product';
    const slugs = input.slug === undefined ? [made, `${made.slice(0, 111)}-${productId.slice(0, 8)}`] : [input.slug];
    const skus = variants.map(({ sku }) => `sku:${sku}`);
    for (const slug of slugs) {
      const outcome = await this.#claims.claim(productId, [...skus, `slug:${slug}`]);
      if ('token' in outcome) return { slug, claimed: outcome };
      if (outcome.taken.startsWith('sku:') || slug === slugs.at(-1)) throw takenError(outcome.taken, input);
    }
    throw slugTaken(made);
  }

  async change(productId: string, wanted: ProductChange, expectedVersion: number): Promise<Product> {
    const before = await this.#existing(productId);
    if (before.version !== expectedVersion) throw versionMismatch('product', before.version);
    const after = rules.change(before, await this.#withStock(wanted), this.#clock.now());
    if (after === before) return before;
    checked(after);
    if (after.status === 'published') this.#refuseWithoutPrices(after);
    if (await this.#write(before, after)) return after;
    throw versionMismatch('product', (await this.#existing(productId)).version);
  }

  async setStatus(productId: string, status: ProductStatus, expectedVersion: number | null) {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await this.#existing(productId);
      if (expectedVersion !== null && before.version !== expectedVersion)
        throw versionMismatch('product', before.version);
      const after = this.#withStatus(before, status);
      if (after === before || (await this.#write(before, after))) return after;
    }
    throw changingTooFast();
  }

  async put(given: WithId, status?: ProductStatus) {
    const input = await this.#withStock(given);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await this.find(input.productId);
      if (!before) {
        const { isNew } = await this.#create(input, status ?? 'draft');
        if (isNew) return 'created';
        continue;
      }
      const { productId: _id, ...wanted } = input;
      const changed = rules.change(before, wanted, this.#clock.now());
      const after = this.#withStatus(changed, status ?? before.status);
      if (after === before) return 'unchanged';
      checked(after);
      if (after.status === 'published') this.#refuseWithoutPrices(after);
      if (await this.#write(before, { ...after, version: before.version + 1 })) return 'updated';
    }
    throw changingTooFast();
  }

  async putAll(inputs: readonly BatchInput[]): Promise<BatchOutcome[]> {
    const categories = await this.#categories.read();
    const products = await this.#inStock.applied(inputs.map(({ product }) => product));
    const applied = products.map((product, i) => ({ product, status: inputs[i]?.status }));
    return putSimpleOnes(applied, {
      products: this.#products,
      entries: this.#entries,
      claims: this.#claims,
      categories,
      currencies: this.#currencies,
      clock: this.#clock,
    });
  }

  /**
   * Claims what is new, writes if nobody else has, gives up what is gone. When the answer to the write is lost, nothing is
   * released: the write may have been made.
   */
  async #write(before: Product, after: Product): Promise<boolean> {
    const path = await this.#pathOf(after);
    const [had, has] = [keysOf(before), keysOf(after)];
    const claimed = await this.#claims.claim(
      after.productId,
      has.filter((key) => !had.includes(key)),
    );
    if ('taken' in claimed) throw takenError(claimed.taken, after);
    const seen = await this.#claims.seen(
      after.productId,
      had.filter((key) => !has.includes(key)),
    );
    const filter = { _id: after.productId, version: before.version };
    const { matchedCount } = await this.#products.replaceOne(filter, this.#entries.unlisted(after));
    if (matchedCount === 1)
      await Promise.all([this.#entries.tryWrite([{ product: after, path }]), this.#claims.releaseSeen(seen)]);
    else await this.#claims.release(claimed);
    return matchedCount === 1;
  }

  async #withStock<Content extends NewProduct | ProductChange>(content: Content): Promise<Content> {
    const [applied] = await this.#inStock.applied([content]);
    return applied ?? content;
  }

  async #existing(productId: string): Promise<Product> {
    const product = await this.find(productId);
    if (!product) throw productNotFound(productId);
    return product;
  }

  async #pathOf({ category }: { category: string }): Promise<NewCategory[]> {
    const path = pathTo(await this.#categories.read(), category);
    if (!path) throw unknownCategory(category);
    return path;
  }

  #withStatus(product: Product, status: ProductStatus): Product {
    return status === 'published' ? this.#published(product) : rules.unpublish(product, this.#clock.now());
  }

  #published(product: Product): Product {
    if (product.status === 'draft') this.#refuseWithoutPrices(product);
    return rules.publish(product, this.#clock.now());
  }

  #refuseWithoutPrices(product: Product): void {
    const missing = rules.missingPrices(product, this.#currencies);
    if (missing.length > 0) throw priceMissing(missing);
  }
}
function checked<Checked extends Content>(content: Checked): Checked {
  const fields = rules.inconsistencies(content);
  if (fields.length > 0) throw inconsistent(fields);
  return content;
}

function sameOrRefused(product: Product, input: NewProduct): { product: Product; isNew: false } {
  const isSame = contentHash(product) === contentHash(input) && (input.slug ?? product.slug) === product.slug;
  if (!isSame) throw productExists(product.productId);
  return { product, isNew: false };
}

function takenError(key: string, { variants }: Pick<Content, 'variants'>) {
  const value = key.slice(key.indexOf(':') + 1);
  if (key.startsWith('slug:')) return slugTaken(value);
  return skuTaken(
    value,
    variants.findIndex(({ sku }) => sku === value),
  );
}

function keysOf({ variants, slugs }: Product): string[] {
  return [...variants.map(({ sku }) => `sku:${sku}`), ...slugs.map((slug) => `slug:${slug}`)];
}
