import type { Category, NewCategory } from '../contract.ts';

/** Levels of the tree below "everything". Each level has its own indexes, so the number is fixed. */
export const maxLevels = 4;

export type Categories = ReadonlyMap<string, NewCategory>;

/** From the root down to the category; undefined when there is no such category, or an ancestor is missing. */
export function pathTo(categories: Categories, slug: string): NewCategory[] | undefined {
  const path: NewCategory[] = [];
  for (let next: string | null = slug; next !== null;) {
    const category = categories.get(next);
    if (!category || path.length > maxLevels) return undefined;
    path.unshift(category);
    next = category.parent;
  }
  return path;
}

/** Why the category cannot stand where it wants to, or null. */
export function refusalOf(categories: Categories, wanted: NewCategory): 'unknown-parent' | 'cycle' | 'too-deep' | null {
  if (wanted.parent === null) return levelsFrom(categories, wanted.slug) > maxLevels ? 'too-deep' : null;
  if (wanted.parent === wanted.slug) return 'cycle';
  const above = pathTo(categories, wanted.parent);
  if (!above) return 'unknown-parent';
  if (above.some(({ slug }) => slug === wanted.slug)) return 'cycle';
  return above.length + levelsFrom(categories, wanted.slug) > maxLevels ? 'too-deep' : null;
}

/** The category and everything below it. */
export function withDescendants(categories: Categories, slug: string): string[] {
  const below = [...categories.values()].filter(({ parent }) => parent === slug);
  return [slug, ...below.flatMap((child) => withDescendants(categories, child.slug))];
}

/** The tree as clients read it: siblings by position, then by name. */
export function toTree(categories: Categories, parent: string | null = null): Category[] {
  return [...categories.values()]
    .filter((category) => category.parent === parent)
    .sort((a, b) => a.position - b.position || compare(a.name, b.name) || compare(a.slug, b.slug))
    .map((category) => ({ ...category, children: toTree(categories, category.slug) }));
}

function levelsFrom(categories: Categories, slug: string): number {
  const below = [...categories.values()].filter(({ parent }) => parent === slug);
  return 1 + Math.max(0, ...below.map((child) => levelsFrom(categories, child.slug)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
