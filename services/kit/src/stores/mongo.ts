import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient, type Db } from 'mongodb';
import type { Log } from '../log.ts';

export type MongoOptions = {
  /** `mongodb://host:port/<database>`, without login. */
  url: string;
  username: string;
  password: string;
  log: Log;
  caFile?: string;
  /** Seen in the server's logs; the service's name. */
  name?: string;
  maxPoolSize?: number;
};

export type Mongo = { readonly db: Db; readonly client: MongoClient; close(): Promise<void> };

/**
 * A client that connects in the background, and again after every loss: a service starts and stays up without its
 * store. No retryable writes: a stand-in for MongoDB does not deduplicate them (ADR on documents), so writes must be
 * safe to repeat themselves. An operation fails after 2 s without a
 * server, and after 5 s without an answer.
 */
export function connectMongo({ url, username, password, log, caFile, name, maxPoolSize = 20 }: MongoOptions): Mongo {
  const client = new MongoClient(url, {
    auth: { username, password },
    ...(name === undefined ? {} : { appName: name }),
    ...(caFile === undefined ? {} : { tls: true, tlsCAFile: caFile }),
    maxPoolSize,
    maxIdleTimeMS: 60_000,
    waitQueueTimeoutMS: 2_000,
    connectTimeoutMS: 2_000,
    serverSelectionTimeoutMS: 2_000,
    heartbeatFrequencyMS: 2_000,
    socketTimeoutMS: 5_000,
    retryWrites: false,
    retryReads: true,
    ignoreUndefined: true,
  });
  let isUp: boolean | undefined;
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => {
    if (isUp === false) log.info({ server: connectionId }, 'mongo is back');
    isUp = true;
  });
  client.on('serverHeartbeatFailed', ({ connectionId, failure }) => {
    if (isUp !== false) log.warn({ server: connectionId, error: failure }, 'mongo is lost');
    isUp = false;
  });
  const closing = new AbortController();
  const connected = connectPersistently(client, closing.signal);
  const close = async () => {
    closing.abort();
    await connected;
    await client.close();
  };
  return { client, db: client.db(), close };
}

/** A driver (7.9) whose first connection fails never tries again by itself, and says "Topology is closed" for good. */
async function connectPersistently(client: MongoClient, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    const isConnected = await client.connect().then(
      () => true,
      () => false,
    );
    if (isConnected) return;
    await pause(500, undefined, { signal: closing }).catch(() => {});
  }
}
