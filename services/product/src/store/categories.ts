import type { Clock } from '@storefront/kit/time';
import type { NewCategory } from '../contract.ts';
import { maxLevels, pathTo, refusalOf, withDescendants, type Categories } from '../domain/categories.ts';
import {
  categoryCycle,
  categoryExists,
  categoryNotFound,
  categoryTooDeep,
  changingTooFast,
  unknownCategory,
} from '../domain/errors.ts';
import { canonical } from '../domain/product.ts';
import type { Collections, TreeDocument } from './documents.ts';
import { falseIfDuplicate } from './guard.ts';
import type { Hints } from './hints.ts';

export type CategoryTree = {
  /** As it is now, for writing. */
  read(): Promise<Categories>;
  /** As it was at most a second ago, for reading. */
  recent(): Promise<Categories>;
  create(category: NewCategory): Promise<{ category: NewCategory; isNew: boolean }>;
  change(category: NewCategory): Promise<NewCategory>;
  /** Either, for imports. */
  put(category: NewCategory): Promise<'created' | 'updated' | 'unchanged'>;
};

const recentMs = 1000;
const attempts = 8;

export function mongoCategories({ trees }: Collections, clock: Clock, hints: Hints): CategoryTree {
  return new MongoCategories(trees, clock, hints);
}

class MongoCategories implements CategoryTree {
  readonly #trees: Collections['trees'];
  readonly #clock: Clock;
  readonly #hints: Hints;
  #recent: { categories: Promise<Categories>; until: number } | undefined;

  constructor(trees: Collections['trees'], clock: Clock, hints: Hints) {
    this.#trees = trees;
    this.#clock = clock;
    this.#hints = hints;
  }

  async #load(): Promise<TreeDocument> {
    return (await this.#trees.findOne({ _id: 'tree' })) ?? { _id: 'tree', revision: 0, categories: [], relist: [] };
  }

  async read(): Promise<Categories> {
    return mapOf(await this.#load());
  }

  recent(): Promise<Categories> {
    const now = this.#clock.now().getTime();
    if (this.#recent && this.#recent.until > now) return this.#recent.categories;
    const categories = this.read();
    this.#recent = { categories, until: now + recentMs };
    categories.catch(() => (this.#recent = undefined));
    return categories;
  }

  async create(category: NewCategory): Promise<{ category: NewCategory; isNew: boolean }> {
    return { category, isNew: (await this.#write(category, { mayAdd: true, mayReplace: false })) === 'created' };
  }

  async change(category: NewCategory): Promise<NewCategory> {
    await this.#write(category, { mayAdd: false, mayReplace: true });
    return category;
  }

  put(category: NewCategory): Promise<'created' | 'updated' | 'unchanged'> {
    return this.#write(category, { mayAdd: true, mayReplace: true });
  }

  async #write(wanted: NewCategory, { mayAdd, mayReplace }: { mayAdd: boolean; mayReplace: boolean }) {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const tree = await this.#load();
      const before = tree.categories.find(({ slug }) => slug === wanted.slug);
      if (!before && !mayAdd) throw categoryNotFound(wanted.slug);
      if (before && canonical(before) === canonical(wanted)) return 'unchanged';
      if (before && !mayReplace) throw categoryExists(wanted.slug);
      refuse(mapOf(tree), wanted);
      if (await this.#save(tree, changed(tree, wanted, this.#clock.now()))) {
        this.#recent = undefined;
        this.#hints.emit('relisting');
        return before ? 'updated' : 'created';
      }
    }
    throw changingTooFast();
  }

  async #save(before: TreeDocument, after: TreeDocument): Promise<boolean> {
    if (before.revision > 0)
      return (await this.#trees.replaceOne({ _id: 'tree', revision: before.revision }, after)).matchedCount === 1;
    return this.#trees.insertOne(after).then(() => true, falseIfDuplicate);
  }
}
function mapOf({ categories }: TreeDocument): Categories {
  return new Map(categories.map((category) => [category.slug, category]));
}

function refuse(categories: Categories, wanted: NewCategory): void {
  const refusal = refusalOf(categories, wanted);
  if (refusal === 'unknown-parent') throw unknownCategory(wanted.parent ?? '', 'parent');
  if (refusal === 'cycle') throw categoryCycle(wanted.slug);
  if (refusal === 'too-deep') throw categoryTooDeep(maxLevels);
}

/** The next tree. Where a path or a name on it changed, the products below are to be listed anew. */
function changed(tree: TreeDocument, wanted: NewCategory, now: Date): TreeDocument {
  const revision = tree.revision + 1;
  const categories = [...tree.categories.filter(({ slug }) => slug !== wanted.slug), wanted];
  const before = pathTo(mapOf(tree), wanted.slug);
  const after = new Map(categories.map((category) => [category.slug, category]));
  const moves = before !== undefined && names(before) !== names(pathTo(after, wanted.slug) ?? []);
  const below = moves ? withDescendants(after, wanted.slug) : [];
  const relist = [
    ...tree.relist.filter(({ slug }) => !below.includes(slug)),
    ...below.map((slug) => ({ slug, revision, at: now })),
  ];
  return { ...tree, revision, categories, relist };
}

function names(path: readonly NewCategory[]): string {
  return canonical(path.map(({ slug, name }) => [slug, name]));
}
