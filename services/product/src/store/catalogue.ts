import type { Clock } from '@storefront/kit/time';
import type { Db } from 'mongodb';
import { mongoCategories, type CategoryTree } from './categories.ts';
import { mongoClaims } from './claims.ts';
import { collectionsOf } from './documents.ts';
import { mongoEntries } from './entries.ts';
import { mongoExports, type Exports } from './exports.ts';
import { guarded } from './guard.ts';
import { mongoLists, type Lists } from './lists/lists.ts';
import { mongoProducts, type Products } from './products.ts';
import { mongoRelisting, type Relisting } from './relisting.ts';
import { mongoSearch } from './lists/search.ts';

/** Everything that the service keeps, over one database. */
export type Catalogue = {
  products: Products;
  categories: CategoryTree;
  lists: Lists;
  exports: Exports;
  relisting: Relisting;
};

export type CatalogueDeps = { db: Db; currencies: readonly string[]; clock: Clock };

export function mongoCatalogue({ db, currencies, clock }: CatalogueDeps): Catalogue {
  const collections = collectionsOf(db);
  const categories = mongoCategories(collections, clock);
  const claims = mongoClaims(collections, clock);
  const entries = mongoEntries(collections, clock);
  return {
    products: guarded(mongoProducts({ collections, entries, claims, categories, currencies, clock })),
    categories: guarded(categories),
    lists: guarded(mongoLists(collections, mongoSearch(collections))),
    exports: guarded(mongoExports(collections)),
    relisting: guarded(mongoRelisting(collections, { entries, categories, clock })),
  };
}
