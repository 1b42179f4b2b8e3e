import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

export type Alarm = { kind: string; subject: string; dueAt: number };

/** What shall happen at a simulated moment: a row, so that it happens after a restart too, and can be asked for. */
export type Alarms = {
  /** One alarm of a kind for a subject; another time replaces it. */
  set: (alarm: Alarm) => void;
  clear: (kind: string, subject: string) => void;
  next: () => Alarm | undefined;
  /** Handles what is due, one transaction each, in the order of time. */
  ring: (handle: (alarm: Alarm) => void) => void;
};

export function createAlarms(database: Database, clock: Clock): Alarms {
  database.execute(`CREATE TABLE IF NOT EXISTS alarms (
    kind TEXT NOT NULL, subject TEXT NOT NULL, due_at INTEGER NOT NULL, PRIMARY KEY (kind, subject)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS alarms_due ON alarms (due_at)`);
  const clear = (kind: string, subject: string) =>
    void database.statement('DELETE FROM alarms WHERE kind = ? AND subject = ?').run(kind, subject);
  const next = (): Alarm | undefined => {
    const row = database.statement('SELECT * FROM alarms ORDER BY due_at, kind, subject LIMIT 1').get();
    if (!row) return undefined;
    return { kind: String(row['kind']), subject: String(row['subject']), dueAt: Number(row['due_at']) };
  };
  return {
    set: ({ kind, subject, dueAt }) =>
      void database.statement('INSERT OR REPLACE INTO alarms VALUES (?, ?, ?)').run(kind, subject, dueAt),
    clear,
    next,
    ring(handle) {
      for (let alarm = next(); alarm && alarm.dueAt <= clock.now(); alarm = next()) {
        const due = alarm;
        database.transaction(() => {
          clear(due.kind, due.subject);
          handle(due);
        });
      }
    },
  };
}
