import { pathTo, type Categories } from '../domain/categories.ts';
import { contentOf, type Product } from '../domain/product.ts';
import type { Listing } from '../domain/listing/listing.ts';
import type { Product as ProductView, ProductCard } from '../contract.ts';
import type { Card } from '../store/lists/lists.ts';

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

export function cardOf({ productId, slug, card, prices, inStock }: Card, { currency }: Listing): ProductCard {
  const { from = 0, varies = false } = prices[currency] ?? {};
  return { productId, slug, ...card, price: { amountMinor: from, currency }, priceVaries: varies, inStock };
}
