/** Outbox, inbox and their workers for PostgreSQL. */
export { createMessagingTables } from './migration.ts';
export { createPrune } from './prune.ts';
export { createPostgresRelay, type PostgresRelayOptions } from './relay.ts';
