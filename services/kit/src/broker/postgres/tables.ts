import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';

/** What a service with PostgreSQL has beside its own tables, in its own schema (migration.ts). */
export type MessagingTables = { outbox: OutboxTable; inbox: InboxTable };

/** Debezium's columns for an outbox, and what the relay needs. */
export type OutboxTable = {
  bucket: number;
  /** Of the event and of its message. */
  id: string;
  seq: ColumnType<string, never, never>;
  aggregatetype: string;
  aggregateid: string;
  type: string;
  payload: ColumnType<unknown, string, never>;
  headers: ColumnType<EventHeaders, string, never>;
  created_at: Generated<Date>;
  sent_at: Date | null;
  /** How often it was taken to be sent. */
  attempts: Generated<number>;
  /** Who has it to send until `leased_until`; without a lease it is not due before. */
  lease: string | null;
  leased_until: Date | null;
};
export type EventHeaders = { schemaVersion: number; aggregateVersion: number; traceparent?: string };
export type OutboxRow = Selectable<OutboxTable>;
export type NewOutboxRow = Insertable<OutboxTable>;

/** Which message a consumer has had. */
export type InboxTable = {
  bucket: number;
  consumer: string;
  message_id: string;
  received_at: Generated<Date>;
};
