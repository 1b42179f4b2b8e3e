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
  /** Every request asks for the next one: null once it may be another. Nobody asks within a transaction, which may be undone. */
  let known: Alarm | undefined | null = null;
  const clear = (kind: string, subject: string) => {
    database.statement('DELETE FROM alarms WHERE kind = ? AND subject = ?').run(kind, subject);
    if (known?.kind === kind && known.subject === subject) known = null;
  };
  const read = (): Alarm | undefined => {
    const row = database.statement('SELECT * FROM alarms ORDER BY due_at, kind, subject LIMIT 1').get();
    if (!row) return undefined;
    return { kind: String(row['kind']), subject: String(row['subject']), dueAt: Number(row['due_at']) };
  };
  const next = () => {
    if (known === null) known = read();
    return known;
  };
  return {
    set({ kind, subject, dueAt }) {
      database.statement('INSERT OR REPLACE INTO alarms VALUES (?, ?, ?)').run(kind, subject, dueAt);
      const isAnother = known?.kind !== kind || known.subject !== subject;
      if (!known || dueAt <= known.dueAt || !isAnother) known = null;
    },
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
