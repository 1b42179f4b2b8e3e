import type { Log } from '@storefront/kit/log';
import type { Db, MongoClient } from 'mongodb';
import { createCatalogue } from './0001-catalogue.ts';
import { listAnew } from './0002-list-anew.ts';

export type Migration = { db: Db; client: MongoClient; currencies: readonly string[]; log: Log };

/** In their order; each may be run again at any time and then changes only what is missing. */
const migrations = [createCatalogue, listAnew];

export async function migrate(migration: Migration): Promise<void> {
  for (const step of migrations) await step(migration);
  migration.log.info({ steps: migrations.length }, 'the catalogue is migrated');
}
