import { sql, type Kysely } from 'kysely';

/** What carriers asked last. Lost rows cost a question to the carrier each. */
export async function up<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`CREATE TABLE carrier_rates (
     bucket smallint NOT NULL,
     key text NOT NULL,
     rates jsonb NOT NULL,
     asked_at timestamptz NOT NULL,
     PRIMARY KEY (bucket, key)
   )`.execute(db);
  await sql`CREATE INDEX carrier_rates_asked ON carrier_rates (asked_at)`.execute(db);
}
