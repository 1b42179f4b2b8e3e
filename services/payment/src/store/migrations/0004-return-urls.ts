import { sql, type Kysely } from 'kysely';

/** The link back to an order opens it, so nothing keeps it for longer than its card is being tried. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table payment_attempt alter column return_url drop not null`.execute(db);
}
