import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Written a dozen times while it is young: room for the new versions beside the old.
  `create table orders (
     bucket smallint not null,
     order_id uuid not null,
     number text not null,
     buyer_id uuid not null,
     cart_id uuid not null,
     version int not null,
     state text not null,
     status text not null,
     payment_status text not null,
     fulfilment_status text not null,
     currency text not null,
     total_minor bigint not null,
     captured_minor bigint not null,
     refunded_minor bigint not null,
     email text not null,
     address jsonb not null,
     shipping jsonb not null,
     totals jsonb not null,
     weight_grams int not null,
     payment jsonb not null,
     cancellation jsonb,
     sequence int not null,
     placed_with text not null,
     placed_at timestamptz not null,
     updated_at timestamptz not null,
     primary key (bucket, order_id)
   ) with (fillfactor = 60)`,
  'create unique index orders_number on orders (bucket, number)',
  // At most one live order of a cart. By the status, which says the same and changes at the end only: a change of what an index names,
  // its condition too, writes all indexes of the row anew.
  `create unique index orders_cart on orders (bucket, cart_id) where status <> 'cancelled'`,
  'create index orders_buyer on orders (bucket, buyer_id, placed_at desc, order_id desc)',
  `create table order_line (
     bucket smallint not null,
     order_id uuid not null,
     line smallint not null,
     sku text not null,
     product_id uuid not null,
     slug text not null,
     name text not null,
     options jsonb not null,
     image jsonb,
     units int not null,
     unit_price_minor bigint not null,
     totals jsonb not null,
     primary key (bucket, order_id, line)
   )`,
  `create table payment_attempt (
     bucket smallint not null,
     order_id uuid not null,
     attempt smallint not null,
     method text not null,
     status text not null,
     made_at timestamptz not null,
     primary key (bucket, order_id, attempt)
   )`,
  `create table shipment (
     bucket smallint not null,
     order_id uuid not null,
     parcel smallint not null,
     shipment_id uuid not null,
     version int not null,
     status text not null,
     carrier text not null,
     service text not null,
     tracking_code text,
     tracking_url text,
     handed_over_at timestamptz,
     delivered_at timestamptz,
     primary key (bucket, order_id, parcel)
   )`,
  `create table refund (
     bucket smallint not null,
     order_id uuid not null,
     refund_id uuid not null,
     amount_minor bigint not null,
     status text not null,
     includes_shipping boolean not null,
     restock boolean not null,
     reason text not null,
     made_at timestamptz not null,
     primary key (bucket, order_id, refund_id)
   )`,
  `create table refund_line (
     bucket smallint not null,
     order_id uuid not null,
     refund_id uuid not null,
     line smallint not null,
     units int not null,
     primary key (bucket, order_id, refund_id, line)
   )`,
  // An open step is a timer too: it is looked at when it is due, and whoever looks puts that off for as long as it may take.
  `create table saga_step (
     bucket smallint not null,
     order_id uuid not null,
     saga text not null,
     step text not null,
     attempt smallint not null,
     status text not null,
     turned_from text,
     request jsonb,
     reason text,
     tries int not null,
     due_at timestamptz not null,
     deadline_at timestamptz,
     updated_at timestamptz not null,
     primary key (bucket, order_id, saga, step, attempt)
   ) with (fillfactor = 70)`,
  `create index saga_step_due on saga_step (due_at) where status in ('open', 'parked')`,
  `create table order_history (
     bucket smallint not null,
     order_id uuid not null,
     sequence int not null,
     what text not null,
     at timestamptz not null,
     primary key (bucket, order_id, sequence)
   )`,
  `create table mail (
     bucket smallint not null,
     order_id uuid not null,
     kind text not null,
     status text not null,
     tries int not null,
     due_at timestamptz not null,
     sent_at timestamptz,
     primary key (bucket, order_id, kind)
   )`,
  `create index mail_due on mail (due_at) where status = 'due'`,
  `create table order_anomaly (
     bucket smallint not null,
     order_id uuid not null,
     anomaly_id uuid not null,
     what text not null,
     details jsonb not null,
     at timestamptz not null,
     primary key (bucket, order_id, anomaly_id)
   )`,
];
