import type { Category } from '@storefront/product/contract';

/** From the root down to the category with that slug; empty when there is none. */
export function pathTo(slug: string, tree: readonly Category[]): Category[] {
  for (const category of tree) {
    if (category.slug === slug) return [category];
    const below = pathTo(slug, category.children);
    if (below.length > 0) return [category, ...below];
  }
  return [];
}

export const inOrder = (categories: readonly Category[]): Category[] =>
  [...categories].sort((a, b) => a.position - b.position || a.name.localeCompare(b.name));
