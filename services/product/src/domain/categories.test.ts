import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewCategory } from '../contract.ts';
import { maxLevels, pathTo, refusalOf, toTree, withDescendants } from './categories.ts';

const category = (slug: string, parent: string | null, position = 0): NewCategory => ({
  slug,
  name: slug,
  parent,
  position,
});
const mapOf = (...all: NewCategory[]) => new Map(all.map((one) => [one.slug, one]));
const home = mapOf(
  category('home', null),
  category('kitchen', 'home', 2),
  category('bath', 'home', 1),
  category('mugs', 'kitchen'),
);

describe('the category tree', () => {
  it('gives the path from the root', () => {
    expect(pathTo(home, 'mugs')?.map(({ slug }) => slug)).toEqual(['home', 'kitchen', 'mugs']);
    expect(pathTo(home, 'nowhere')).toBeUndefined();
  });

  it('orders siblings by position', () => {
    expect(toTree(home)[0]?.children.map(({ slug }) => slug)).toEqual(['bath', 'kitchen']);
  });

  it.each([
    ['itself', category('home', 'home'), 'cycle'],
    ['what is below it', category('home', 'mugs'), 'cycle'],
    ['a category that is not there', category('new', 'nowhere'), 'unknown-parent'],
    ['another branch', category('mugs', 'bath'), null],
  ] as const)('under %s: %s → %s', (_where, wanted, refusal) => expect(refusalOf(home, wanted)).toBe(refusal));

  it('stays a tree of few levels whatever is moved where', () => {
    const slugs = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const moves = fc.array(fc.tuple(fc.constantFrom(...slugs), fc.option(fc.constantFrom(...slugs))), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(moves, (all) => {
        const tree = new Map<string, NewCategory>();
        for (const [slug, parent] of all)
          if (refusalOf(tree, category(slug, parent)) === null) tree.set(slug, category(slug, parent));
        for (const slug of tree.keys()) {
          expect(pathTo(tree, slug)?.length).toBeLessThanOrEqual(maxLevels);
          expect(new Set(withDescendants(tree, slug)).size).toBe(withDescendants(tree, slug).length);
        }
      }),
    );
  });
});
