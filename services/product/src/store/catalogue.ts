import type { Clock } from '@storefront/kit/time';
import type { Db } from 'mongodb';
import { mongoCategories, type CategoryTree } from './categories.ts';
import { mongoClaims } from './claims.ts';
import { mongoExports, type Exports } from './bulk/exports.ts';
import { mongoOpeningStock, type OpeningStock } from './bulk/opening-stock.ts';
import { collectionsOf } from './documents.ts';
import { mongoEntries } from './entries.ts';
import { guarded } from './guard.ts';
import { createHints, type Hints } from './hints.ts';
import { mongoInStock } from './in-stock.ts';
import { mongoLists, type Lists } from './lists/lists.ts';
import { mongoOffers, type Offers } from './offers.ts';
import { mongoProducts, type Products } from './products.ts';
import { mongoRelisting, type Relisting } from './relisting.ts';
import { mongoSearch } from './lists/search.ts';
import { stockCollectionsOf } from './stock/documents.ts';
import { mongoStock, type StockStore } from './stock/stock.ts';

/** Everything that the service keeps, over one database. */
export type Catalogue = {
  products: Products;
  categories: CategoryTree;
  lists: Lists;
  exports: Exports;
  offers: Offers;
  openingStock: OpeningStock;
  stock: StockStore;
  relisting: Relisting;
};

export type CatalogueDeps = { db: Db; currencies: readonly string[]; clock: Clock; hints?: Hints };

export function mongoCatalogue({ db, currencies, clock, hints = createHints() }: CatalogueDeps): Catalogue {
  const collections = { ...collectionsOf(db), ...stockCollectionsOf(db) };
  const categories = mongoCategories(collections, clock, hints);
  const claims = mongoClaims(collections, clock);
  const entries = mongoEntries(collections, clock, hints);
  const inStock = mongoInStock(collections, { entries, categories, clock });
  const stock = mongoStock(collections, { claims: collections.claims, inStock, clock, hints });
  const { ledger, levels } = stock;
  const opening = mongoOpeningStock(collections, { claims: collections.claims, ledger, levels, clock });
  return {
    products: guarded(mongoProducts({ collections, entries, claims, categories, inStock, currencies, clock })),
    categories: guarded(categories),
    lists: guarded(mongoLists(collections, mongoSearch(collections))),
    exports: guarded(mongoExports(collections)),
    offers: guarded(mongoOffers(collections)),
    openingStock: guarded(opening),
    stock: { ...stock, holds: guarded(stock.holds), movements: guarded(stock.movements) },
    relisting: guarded(mongoRelisting(collections, { entries, categories, clock })),
  };
}
