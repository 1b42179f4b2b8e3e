import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type * as Pg from 'pg';
import { backOffMs } from '../../back-off.ts';
import type { Log } from '../../log.ts';

/** Required, not imported: tracing sees a driver only so (`tracing/start.ts`). */
const pg = createRequire(import.meta.url)('pg') as typeof Pg;

/**
 * One connection that hears of commits to an outbox. A hint and no more: while it is away, and when a pooler swallows it,
 * the relay looks by itself every second.
 */
export class OutboxListener {
  readonly #config: Pg.ClientConfig;
  readonly #onWritten: () => void;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #client: Pg.Client | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(config: Pg.ClientConfig, { onWritten, log }: { onWritten: () => void; log: Log }) {
    this.#config = config;
    this.#onWritten = onWritten;
    this.#log = log;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted;) {
      const from = performance.now();
      await this.#listen().catch((error: unknown) => {
        if (!signal.aborted && failures === 0) this.#log.warn({ error }, 'commits to the outbox are not heard of now');
      });
      failures = performance.now() - from > 10_000 ? 0 : failures + 1;
      await pause(backOffMs(failures + 2, Math.random()), undefined, { signal }).catch(() => {});
    }
  }

  /** Until the connection ends. */
  async #listen(): Promise<void> {
    const client = new pg.Client({ keepAlive: true, connectionTimeoutMillis: 2_000, ...this.#config });
    const ended = Promise.withResolvers<void>();
    client.on('error', ended.reject);
    client.on('end', ended.resolve);
    ended.promise.catch(() => {});
    client.on('notification', () => this.#onWritten());
    this.#client = client;
    try {
      await client.connect();
      const { rows } = await client.query<{ channel: string }>(`SELECT 'outbox.' || current_schema() AS channel`);
      await client.query(`LISTEN ${client.escapeIdentifier(rows[0]!.channel)}`);
      this.#onWritten(); // what was committed meanwhile
      await ended.promise;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
