import { sql, type Kysely } from 'kysely';

export async function up<Tables>(db: Kysely<Tables>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A row is written at each step of its label and of its way: room for the new versions.
  `CREATE TABLE shipment (
     bucket smallint NOT NULL,
     id uuid NOT NULL,
     order_id uuid NOT NULL,
     parcel int NOT NULL,
     version int NOT NULL,
     status text NOT NULL,
     carrier text NOT NULL,
     service text NOT NULL,
     address jsonb NOT NULL,
     weight_grams int NOT NULL,
     order_reference text NOT NULL,
     price_minor bigint,
     price_currency text,
     carrier_id text,
     tracking_code text,
     tracking_url text,
     label_url text,
     refusal text,
     void_wanted_at timestamptz,
     handed_over_at timestamptz,
     delivered_at timestamptz,
     created_at timestamptz NOT NULL,
     updated_at timestamptz NOT NULL,
     tries int NOT NULL,
     due_at timestamptz,
     lease uuid,
     PRIMARY KEY (bucket, id)
   ) WITH (fillfactor = 70)`,
  // The claim: whoever comes second finds it, before any carrier is asked.
  'CREATE UNIQUE INDEX shipment_of_parcel ON shipment (bucket, order_id, parcel)',
  'CREATE INDEX shipment_due ON shipment (due_at) WHERE due_at IS NOT NULL',
  `CREATE TABLE label_attempt (
     bucket smallint NOT NULL,
     shipment_id uuid NOT NULL,
     attempt int NOT NULL,
     carrier_id text NOT NULL,
     rate_id text NOT NULL,
     price_minor bigint NOT NULL,
     price_currency text NOT NULL,
     state text NOT NULL,
     asked_at timestamptz NOT NULL,
     closed_at timestamptz,
     PRIMARY KEY (bucket, shipment_id, attempt)
   )`,
  `CREATE TABLE tracking_event (
     bucket smallint NOT NULL,
     shipment_id uuid NOT NULL,
     at timestamptz NOT NULL,
     status text NOT NULL,
     message text NOT NULL,
     place text,
     PRIMARY KEY (bucket, shipment_id, at, status, message)
   )`,
];
