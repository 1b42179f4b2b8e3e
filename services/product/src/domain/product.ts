import type { FieldError } from '@storefront/kit/errors';
import type { NewProduct, ProductChange, ProductStatus } from '../contract.ts';

/** What a merchant writes about a product, besides its id and slug. */
export type Content = Omit<NewProduct, 'productId' | 'slug'>;

/** A product as it is kept. `slugs` are all it ever had, the current one first: old links still lead here. */
export type Product = Content & {
  productId: string;
  version: number;
  status: ProductStatus;
  slug: string;
  slugs: string[];
  createdAt: Date;
  updatedAt: Date;
  publishedAt: Date | null;
};

const slugsKept = 50;

export function draft(content: Content, identity: { productId: string; slug: string }, now: Date): Product {
  const { productId, slug } = identity;
  const times = { createdAt: now, updatedAt: now, publishedAt: null };
  return { ...contentOf(content), productId, slug, slugs: [slug], version: 1, status: 'draft', ...times };
}

/** The product with the change, one version later; the product itself when the change says nothing new. */
export function change(product: Product, wanted: ProductChange, now: Date): Product {
  const { slug = product.slug, ...given } = wanted;
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const slugs = [slug, ...product.slugs.filter((old) => old !== slug)].slice(0, slugsKept);
  const changed: Product = { ...product, ...fields, slug, slugs };
  if (slug === product.slug && canonical(contentOf(changed)) === canonical(contentOf(product))) return product;
  return { ...changed, version: product.version + 1, updatedAt: now };
}

export function publish(product: Product, now: Date): Product {
  if (product.status === 'published') return product;
  const version = product.version + 1;
  return { ...product, status: 'published', publishedAt: product.publishedAt ?? now, updatedAt: now, version };
}

export function unpublish(product: Product, now: Date): Product {
  if (product.status === 'draft') return product;
  return { ...product, status: 'draft', updatedAt: now, version: product.version + 1 };
}

export function contentOf(source: Content): Content {
  const { name, description, brand, category, attributes, options, variants, images, taxCategory } = source;
  const tax = taxCategory === undefined ? {} : { taxCategory };
  return { name, description, brand, category, attributes, options, variants, images, ...tax };
}

/** The same text for the same value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
}

/** What the schemas cannot see: whether options, variants and prices fit together. */
export function inconsistencies({ options, variants }: Pick<Content, 'options' | 'variants'>): FieldError[] {
  return [
    ...repeated(options.map(({ name }) => name)).map((i) => fieldError(`options[${i}].name`, 'is there twice')),
    ...repeated(variants.map(({ sku }) => sku)).map((i) => fieldError(`variants[${i}].sku`, 'is there twice')),
    ...repeated(variants.map((variant) => canonical(variant.options))).map((i) =>
      fieldError(`variants[${i}].options`, 'are those of another variant'),
    ),
    ...variants.flatMap((variant, i) => [
      ...unfittingOptions(options, variant.options).map((error) => prefixed(`variants[${i}].options`, error)),
      ...unfittingPrices(variant.prices).map((error) => prefixed(`variants[${i}].prices`, error)),
    ]),
  ];
}

/** The fields that keep a product from being published: a variant without a price in a currency of the shop. */
export function missingPrices({ variants }: Content, currencies: readonly string[]): FieldError[] {
  return variants.flatMap(({ prices }, i) =>
    currencies
      .filter((currency) => prices.every((price) => price.currency !== currency))
      .map((currency) => fieldError(`variants[${i}].prices`, `has no price in ${currency}`)),
  );
}

function unfittingOptions(options: Content['options'], chosen: Record<string, string>): FieldError[] {
  const missing = options
    .filter(({ name }) => !Object.hasOwn(chosen, name))
    .map(({ name }) => fieldError(`.${name}`, 'is an option of the product without a value here'));
  const wrong = Object.entries(chosen)
    .filter(([name, value]) => !options.some((option) => option.name === name && option.values.includes(value)))
    .map(([name]) => fieldError(`.${name}`, 'is not among the options of the product'));
  return [...missing, ...wrong];
}

function unfittingPrices(prices: Content['variants'][number]['prices']): FieldError[] {
  const twice = repeated(prices.map(({ currency }) => currency));
  const negative = prices.flatMap(({ amountMinor }, i) => (amountMinor < 0 ? [i] : []));
  return [
    ...twice.map((i) => fieldError(`[${i}].currency`, 'is there twice')),
    ...negative.map((i) => fieldError(`[${i}].amountMinor`, 'must not be negative')),
  ];
}

function repeated(values: string[]): number[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));
}

function prefixed(prefix: string, { field, message }: FieldError): FieldError {
  return { field: prefix + field, message };
}

function fieldError(field: string, message: string): FieldError {
  return { field, message };
}
