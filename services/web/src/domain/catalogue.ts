import type { Category, Product, ProductList } from '@storefront/product/contract';

/** For whom a call is made: the address is passed on, so that the API's limits count customers, not us. */
export type Visit = { address: string };

/** The catalogue as pages need it. Everything answers `unavailable` as a ServiceError when the shop's API is away. */
export type Catalogue = {
  categories(visit: Visit): Promise<Category[]>;
  products(query: Record<string, string | string[]>, visit: Visit): Promise<ProductList>;
  /** By its slug or one it had before; the caller compares. */
  product(slug: string, visit: Visit): Promise<Product | null>;
  slugs(cursor: string | null, visit: Visit): Promise<Slugs>;
};

export type Slugs = { items: { slug: string; updatedAt: string }[]; nextCursor: string | null };
