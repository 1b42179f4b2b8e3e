import { createHash } from 'node:crypto';
import type { Clock } from '../../simulator/clock.ts';
import type { Database } from '../../simulator/database.ts';
import type { Answer } from '../../simulator/http/call.ts';
import { refuse } from './errors.ts';

export type StoredAnswer = { status: number; json: unknown; requestId: string };

/** What was answered to a key, in the transaction of what was done. Stripe: https://docs.stripe.com/api/idempotent_requests */
export type AnswersByKey = {
  /** Throws where the key was used for another request. */
  find: (key: string, fingerprint: string) => StoredAnswer | undefined;
  store: (key: string, fingerprint: string, answer: StoredAnswer) => void;
};

/** Stripe may forget a key after a day; this one does, at once. */
const keptMs = 24 * 60 * 60 * 1000;

export function createAnswersByKey(database: Database, clock: Clock): AnswersByKey {
  database.execute(`CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS answers_at ON answers (at)`);
  return {
    find(key, fingerprint) {
      const row = database
        .statement('SELECT fingerprint, answer FROM answers WHERE key = ? AND at > ?')
        .get(key, clock.now() - keptMs);
      if (!row) return undefined;
      if (row['fingerprint'] !== fingerprint) throw refuse.sameKeyOtherRequest(key);
      return JSON.parse(row['answer'] as string) as StoredAnswer;
    },
    store(key, fingerprint, answer) {
      database.statement('DELETE FROM answers WHERE at <= ?').run(clock.now() - keptMs);
      database
        .statement('INSERT INTO answers VALUES (?, ?, ?, ?)')
        .run(key, fingerprint, JSON.stringify(answer), clock.now());
    },
  };
}

/** Two requests are the same by method, path and parameters; `parameters` hold no card number. */
export function fingerprintOf(method: string, path: string, parameters: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, parameters]))
    .digest('hex');
}

export const replayOf = ({ status, json, requestId }: StoredAnswer): Answer => ({
  status,
  json,
  headers: { 'idempotent-replayed': 'true', 'original-request': requestId },
});
