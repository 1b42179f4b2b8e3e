import { sql, type Kysely } from 'kysely';

/** What makes it cheap to forget events that belong to nobody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index unmatched_event_received on unmatched_event (received_at)`.execute(db);
}
