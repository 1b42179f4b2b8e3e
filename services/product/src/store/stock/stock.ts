import type { Clock } from '@storefront/kit/time';
import type { Collections } from '../documents.ts';
import type { Hints } from '../hints.ts';
import type { InStock } from '../in-stock.ts';
import { Endings } from './endings.ts';
import type { StockCollections } from './documents.ts';
import { Expiry } from './expiry.ts';
import { mongoHolds, type Holds } from './holds.ts';
import { Ledger } from './ledger.ts';
import { Levels } from './levels.ts';
import { mongoMovements, type Movements } from './movements.ts';
import { Reserving } from './reserving.ts';
import { Units } from './units.ts';

/** Stock as the routes and the workers see it, over one database. */
export type StockStore = { holds: Holds; movements: Movements; ledger: Ledger; levels: Levels; expiry: Expiry };

export type StockDeps = { claims: Collections['claims']; inStock: InStock; clock: Clock; hints: Hints };

export function mongoStock(collections: StockCollections, { claims, inStock, clock, hints }: StockDeps): StockStore {
  const units = new Units(collections, clock);
  const endings = new Endings(collections, clock);
  const ledger = new Ledger(collections, { clock, hints });
  const levels = new Levels(collections, { inStock, clock, hints });
  const reserving = new Reserving({ units, levels });
  return {
    holds: mongoHolds({ units, reserving, endings, ledger, levels, clock }),
    movements: mongoMovements(collections, { claims, ledger, levels, clock }),
    ledger,
    levels,
    expiry: new Expiry(collections, { units, levels, clock }),
  };
}
