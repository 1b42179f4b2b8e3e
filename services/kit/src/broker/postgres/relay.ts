import type { Kysely } from 'kysely';
import type { ClientConfig } from 'pg';
import type { Log } from '../../log.ts';
import type { Duration } from '../../time.ts';
import type { Broker } from '../broker.ts';
import { createRelay, type Relay } from '../relay.ts';
import { OutboxListener } from './listen.ts';
import { postgresOutbox } from './source.ts';
import type { MessagingTables } from './tables.ts';

/** The part of `Shards` that a worker needs which goes from shard to shard. */
export type Sharded<Tables> = { all(): readonly { readonly name: string; readonly db: Kysely<Tables> }[] };

export type PostgresRelayOptions<Tables extends MessagingTables> = {
  shards: Sharded<Tables>;
  broker: Pick<Broker, 'publisher' | 'metrics'>;
  /** `/<scope>/<service>`: who says so, in every event. */
  source: string;
  log: Log;
  /** By shard, the connection that listens for commits; a shard without one is looked at every second. */
  listen?: Readonly<Record<string, ClientConfig>>;
  every?: Duration;
};

/** Sends what the outboxes of all shards hold. */
export function createPostgresRelay<Tables extends MessagingTables>(options: PostgresRelayOptions<Tables>): Relay {
  const { shards, broker, source, log, listen = {}, every } = options;
  const sources = shards
    .all()
    .map(({ name, db }) => postgresOutbox({ name, source, db: db as unknown as Kysely<MessagingTables> }));
  const relay = createRelay({ sources, broker, log, ...(every ? { every } : {}) });
  const listeners = Object.entries(listen).map(
    ([name, config]) => new OutboxListener(config, { log, onWritten: () => relay.wake(name) }),
  );
  return {
    ...relay,
    async start() {
      await relay.start();
      for (const listener of listeners) listener.start();
    },
    async stop() {
      await Promise.all([...listeners.map((listener) => listener.stop()), relay.stop()]);
    },
  };
}
