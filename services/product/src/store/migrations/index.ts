import type { Log } from '@storefront/kit/log';
import type { Db, MongoClient } from 'mongodb';
import { createCatalogue } from './0001-catalogue.ts';
import { listAnew } from './0002-list-anew.ts';
import { createStock } from './0003-stock.ts';

export type Migration = { db: Db; client: MongoClient; currencies: readonly string[]; log: Log };

/** In their order; each may be run again at any time and then changes only what is missing. */
const migrations = [createCatalogue, listAnew, createStock];

export async function migrate(migration: Migration): Promise<void> {
  for (const step of migrations) await step(migration);
  migration.log.info({ steps: migrations.length }, 'the catalogue is migrated');
}
