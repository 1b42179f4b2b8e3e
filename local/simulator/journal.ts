import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

/** One request as it came and as it ended. `parameters` hold no card number: what is secret is struck out before. */
export type JournalEntry = {
  seq: number;
  /** Simulated milliseconds. */
  at: number;
  requestId: string;
  method: string;
  path: string;
  route: string;
  key: string | null;
  parameters: unknown;
  status: number;
  /** The fault that was made of it. */
  fault: string | null;
  isReplay: boolean;
};

export type Journal = {
  note: (entry: Omit<JournalEntry, 'seq' | 'at'>) => void;
  /** In the order of arrival, after a number; `route` with `*` for any letters. */
  read: (options: { after?: number; route?: string; limit?: number }) => JournalEntry[];
};

/** A long bench must not fill the disk: older ones go. */
const kept = 200_000;

export function createJournal(database: Database, clock: Clock): Journal {
  database.execute(`CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, route TEXT NOT NULL, body TEXT NOT NULL)`);
  return {
    note(entry) {
      const { lastInsertRowid } = database
        .statement('INSERT INTO requests (at, route, body) VALUES (?, ?, ?)')
        .run(clock.now(), entry.route, JSON.stringify(entry));
      const seq = Number(lastInsertRowid);
      if (seq % 1000 === 0) database.statement('DELETE FROM requests WHERE seq <= ?').run(seq - kept);
    },
    read({ after = 0, route = '*', limit = 1000 }) {
      const rows = database
        .statement('SELECT seq, at, body FROM requests WHERE seq > ? AND route GLOB ? ORDER BY seq LIMIT ?')
        .all(after, route, limit);
      return rows.map((row) => ({
        seq: Number(row['seq']),
        at: Number(row['at']),
        ...(JSON.parse(row['body'] as string) as Omit<JournalEntry, 'seq' | 'at'>),
      }));
    },
  };
}
