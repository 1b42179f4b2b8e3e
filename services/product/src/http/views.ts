import { pathTo, type Categories } from '../domain/categories.ts';
import { contentOf, type Product } from '../domain/product.ts';
import type { Product as ProductView } from '../contract.ts';

/** The product as clients see it. */
export function viewOf(product: Product, categories: Categories): ProductView {
  const { productId, version, status, slug, createdAt, updatedAt, publishedAt } = product;
  const path = pathTo(categories, product.category) ?? [];
  return {
    productId,
    version,
    status,
    slug,
    ...contentOf(product),
    categoryPath: path.map((category) => ({ slug: category.slug, name: category.name })),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}
