import type { Kysely } from 'kysely';
import type { Log } from '../../log.ts';
import type { Shards, ShardsOptions } from '../../postgres/index.ts';
import { addressOf } from '../../postgres/server.ts';
import type { Duration } from '../../time.ts';
import type { Broker } from '../connection/broker.ts';
import { createRelay, type Relay } from '../relay.ts';
import { OutboxListener } from './listen.ts';
import { postgresOutbox } from './source.ts';
import type { MessagingTables } from './tables.ts';

type Listen = Pick<ShardsOptions, 'shards' | 'username' | 'password' | 'name'>;

export type PostgresRelayOptions<Tables extends MessagingTables> = {
  shards: Pick<Shards<Tables>, 'all'>;
  broker: Pick<Broker, 'publisher' | 'metrics'>;
  /** `/<scope>/<service>`: who says so, in every event. */
  source: string;
  log: Log;
  /** One more connection to each shard, which hears of commits; without it they are looked at every second. */
  listen?: Listen;
  every?: Duration;
};

/** Sends what the outboxes of all shards hold. */
export function createPostgresRelay<Tables extends MessagingTables>(options: PostgresRelayOptions<Tables>): Relay {
  const { shards, broker, source, log, listen, every } = options;
  const sources = shards
    .all()
    .map(({ name, db }) => postgresOutbox({ name, source, db: db as unknown as Kysely<MessagingTables> }));
  const relay = createRelay({ sources, broker, log, ...(every ? { every } : {}) });
  const listeners = listen ? listenersOf(listen, { relay, log }) : [];
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

function listenersOf({ shards, username, password, name }: Listen, { relay, log }: { relay: Relay; log: Log }) {
  return shards.map((shard) => {
    const address = addressOf({ ...shard, username, password, pool: 1, application: `${name} outbox` });
    return new OutboxListener(address, { log, onWritten: () => relay.wake(shard.name) });
  });
}
