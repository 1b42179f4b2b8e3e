import { sql, type Kysely } from 'kysely';

/** Payments, what was asked of Stripe for them, and what Stripe told. `bucket` is the order's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row an order, written a few times: room for the new versions on its page.
  `create table payment (
     bucket smallint not null,
     order_id uuid not null,
     version int not null,
     status text not null,
     in_doubt boolean not null default false,
     amount_minor bigint not null,
     currency text not null,
     description text not null,
     attempt int not null default 0,
     method text,
     return_url text,
     intent_id text,
     next_action jsonb,
     decline jsonb,
     capture_before timestamptz,
     captured_minor bigint,
     cancel_wanted boolean not null default false,
     look_at timestamptz,
     looks int not null default 0,
     lease uuid,
     leased_until timestamptz,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now(),
     primary key (bucket, order_id)
   ) with (fillfactor = 70)`,
  'create index payment_look on payment (look_at) where look_at is not null',
  `create table payment_attempt (
     bucket smallint not null,
     order_id uuid not null,
     attempt int not null,
     method text not null,
     return_url text not null,
     status text,
     decline jsonb,
     created_at timestamptz not null default now(),
     primary key (bucket, order_id, attempt)
   )`,
  `create table refund (
     bucket smallint not null,
     order_id uuid not null,
     refund_id uuid not null,
     amount_minor bigint not null,
     currency text not null,
     status text not null,
     stripe_id text,
     reason text not null,
     failure text,
     created_at timestamptz not null,
     updated_at timestamptz not null default now(),
     primary key (bucket, order_id, refund_id)
   )`,
  // The exact request, kept before it is sent; open until its outcome is known.
  `create table stripe_call (
     bucket smallint not null,
     key text not null,
     order_id uuid not null,
     operation text not null,
     subject text not null,
     parameters text not null,
     sent_at timestamptz not null,
     settled_at timestamptz,
     outcome text,
     primary key (bucket, key)
   )`,
  'create index stripe_call_open on stripe_call (bucket, order_id) where settled_at is null',
  `create table stripe_event (
     bucket smallint not null,
     event_id text not null,
     order_id uuid not null,
     type text not null,
     source text not null,
     seen_at timestamptz not null default now(),
     primary key (bucket, event_id)
   )`,
  'create index stripe_event_seen on stripe_event (seen_at)',
  // What nobody here knows what to do with, kept for the sweep and for people.
  `create table unmatched_event (
     bucket smallint not null,
     event_id text not null,
     type text not null,
     reason text not null,
     event jsonb not null,
     received_at timestamptz not null default now(),
     retry_at timestamptz,
     tries int not null default 0,
     primary key (bucket, event_id)
   )`,
  'create index unmatched_event_retry on unmatched_event (retry_at) where retry_at is not null',
  // How far the list of Stripe's events has been read: one row for the whole shop.
  `create table event_position (
     bucket smallint not null,
     name text not null,
     position bigint not null,
     read_at timestamptz,
     lease uuid,
     leased_until timestamptz,
     primary key (bucket, name)
   )`,
];
