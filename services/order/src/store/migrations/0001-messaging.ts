import { createMessagingTables } from '@storefront/kit/broker/postgres';
import { createIdempotencyTable } from '@storefront/kit/idempotency';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createMessagingTables(db);
  await createIdempotencyTable(db);
}
