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
  database.execute(table);
  moveAnswers(database);
  return {
    find(key, fingerprint) {
      const row = database
        .statement('SELECT fingerprint, answer FROM kept_answers WHERE key = ? AND at > ?')
        .get(key, clock.now() - keptMs);
      if (!row) return undefined;
      if (row['fingerprint'] !== fingerprint) throw refuse.sameKeyOtherRequest(key);
      return JSON.parse(row['answer'] as string) as StoredAnswer;
    },
    store(key, fingerprint, answer) {
      database.statement(forget).run(clock.now() - keptMs);
      database
        .statement('INSERT OR REPLACE INTO kept_answers VALUES (?, ?, ?, ?)')
        .run(key, fingerprint, JSON.stringify(answer), clock.now());
    },
  };
}

/** Answers are long: they lie in the order of time, with their keys beside them. */
const table = `CREATE TABLE IF NOT EXISTS kept_answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL)`;

/** A folder may hold them in the table `answers`, in the order of their keys. */
function moveAnswers(database: Database): void {
  if (!database.statement("SELECT 1 FROM sqlite_master WHERE name = 'answers'").get()) return;
  database.transaction(() =>
    database.execute(
      'INSERT OR IGNORE INTO kept_answers SELECT key, fingerprint, answer, at FROM answers ORDER BY at; DROP TABLE answers',
    ),
  );
}

/** The two oldest for each new one, where their day is over. */
const forget = `DELETE FROM kept_answers
  WHERE rowid IN (SELECT rowid FROM kept_answers ORDER BY rowid LIMIT 2) AND at <= ?`;

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
