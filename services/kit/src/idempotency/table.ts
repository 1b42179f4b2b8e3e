import { sql, type Generated, type Kysely } from 'kysely';
import type { JsonObject } from '../postgres/index.ts';

/** Which requests were answered and how, written with their effect; in the schema of each service that answers some of them once. */
export type IdempotencyTable = {
  bucket: number;
  /** Route and buyer: nobody reads what another was answered. */
  scope: string;
  key: string;
  request_hash: Buffer;
  status: 'running' | 'done' | 'expired';
  /** Until then nobody takes over a request whose answer is not there yet. */
  locked_until: Date | null;
  response_status: number | null;
  response_headers: JsonObject<Readonly<Record<string, string>>> | null;
  response_body: string | null;
  created_at: Generated<Date>;
};

/** For a service's first migration. */
export async function createIdempotencyTable(db: Kysely<unknown>): Promise<void> {
  await sql`create table idempotency (
    bucket smallint not null,
    scope text not null,
    key text not null,
    request_hash bytea not null,
    status text not null check (status in ('running', 'done', 'expired')),
    locked_until timestamptz,
    response_status smallint,
    response_headers jsonb,
    response_body text,
    created_at timestamptz not null default now(),
    primary key (bucket, scope, key)
  )`.execute(db);
  // What the two prunings look for.
  await sql`create index idempotency_answered on idempotency (created_at) where status <> 'expired'`.execute(db);
  await sql`create index idempotency_expired on idempotency (created_at) where status = 'expired'`.execute(db);
}
