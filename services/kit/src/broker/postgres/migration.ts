import { sql, type Kysely } from 'kysely';
import { leaseStatements } from './lease.ts';

/**
 * Outbox and inbox, in the schema the connection is in; a service's first migration. `bucket` leads every key, so that a
 * bucket can move to another shard. What is inserted wakes the relay at commit. A change of a function gets another name:
 * the release before runs beside this one.
 */
export async function createMessagingTables<Tables>(db: Kysely<Tables>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A row is written three times and then deleted: room for the new versions, and early cleaning.
  `CREATE TABLE outbox (
     bucket smallint NOT NULL,
     id uuid NOT NULL,
     seq bigint GENERATED ALWAYS AS IDENTITY,
     aggregatetype text NOT NULL,
     aggregateid text NOT NULL,
     type text NOT NULL,
     payload jsonb NOT NULL,
     headers jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     sent_at timestamptz,
     attempts int NOT NULL DEFAULT 0,
     lease uuid,
     leased_until timestamptz,
     PRIMARY KEY (bucket, id)
   ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)`,
  'CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent_at IS NULL',
  'CREATE INDEX outbox_leased ON outbox (leased_until) WHERE sent_at IS NULL AND lease IS NOT NULL',
  'CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL',
  `CREATE TABLE inbox (
     bucket smallint NOT NULL,
     consumer text NOT NULL,
     message_id uuid NOT NULL,
     received_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (bucket, consumer, message_id)
   )`,
  'CREATE INDEX inbox_received ON inbox (received_at)',
  // The channel bears the schema's name: several services share a database.
  `CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     PERFORM pg_notify('outbox.' || TG_TABLE_SCHEMA, '');
     RETURN NULL;
   END $$`,
  'CREATE TRIGGER outbox_written AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay()',
  `CREATE FUNCTION lease_outbox(holder uuid, most int, hold_ms int) RETURNS SETOF outbox LANGUAGE plpgsql AS $$
   DECLARE
     mine smallint[];
   BEGIN
     ${leaseStatements.lock};
     IF mine IS NULL THEN
       RETURN;
     END IF;
     PERFORM set_config('synchronous_commit', 'off', true);
     RETURN QUERY ${leaseStatements.take};
   END $$`,
];
