import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export type Database = {
  /** Runs statements that return nothing. */
  execute: (sql: string) => void;
  /** A prepared statement, kept for the next time. */
  statement: (sql: string) => StatementSync;
  /** All of it or nothing; one within another can fail alone. */
  transaction: <Result>(work: () => Result) => Result;
  /** How often something was undone: what was read before may have been of what is no more. */
  undone: () => number;
  close: () => void;
};

/**
 * The one file that holds a simulator's state. A commit is the system's when `transaction` returns (write-ahead log,
 * `synchronous=NORMAL`), so a process killed at any point has either done the whole of a request or nothing of it. A machine
 * that loses its power may lose the last requests, each whole: waiting for its disk would cost more than all the rest.
 */
export function openDatabase(folder: string): Database {
  const sqlite = openFile(folder);
  const statement = keepStatements(sqlite);
  let depth = 0;
  let isWritten = false;
  let undone = 0;
  const wayOf = (): Way => (depth === 0 ? whole : isWritten ? part : first);
  return {
    execute(sql) {
      isWritten = true;
      sqlite.exec(sql);
    },
    statement(sql) {
      isWritten ||= !sql.startsWith('SELECT');
      return statement(sql);
    },
    transaction(work) {
      const { begin, commit, undo } = wayOf();
      if (begin) statement(begin).run();
      if (depth === 0) isWritten = false;
      depth += 1;
      try {
        const result = work();
        if (commit) statement(commit).run();
        return result;
      } catch (error) {
        undone += 1;
        for (const step of undo) statement(step).run();
        isWritten = undo !== first.undo;
        throw error;
      } finally {
        depth -= 1;
      }
    },
    undone: () => undone,
    close: () => sqlite.close(),
  };
}

function openFile(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const sqlite = new DatabaseSync(join(folder, 'state.db'));
  // Exclusive: a second process on the same file fails at its start. The lock ends with the process, however it ends.
  sqlite.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL');
  // Pages: the same ones are written again and again until the log is tidied up.
  sqlite.exec('PRAGMA wal_autocheckpoint=4000');
  return sqlite;
}

function keepStatements(sqlite: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, known);
    return known;
  };
}

type Way = { begin?: string; commit?: string; undo: readonly string[] };

const whole: Way = { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', undo: ['ROLLBACK'] };
/** A savepoint keeps a copy of every page that is changed after it. */
const part: Way = { begin: 'SAVEPOINT part', commit: 'RELEASE part', undo: ['ROLLBACK TO part', 'RELEASE part'] };
/** Before which nothing was written: to undo it is to begin anew, so it needs no savepoint. */
const first: Way = { undo: ['ROLLBACK', 'BEGIN IMMEDIATE'] };

/** What was read of the file, which nobody else writes: empty again once something was undone. */
export function createMemory<Value>({ undone }: Pick<Database, 'undone'>): () => Map<string, Value> {
  const known = new Map<string, Value>();
  let readAt = undone();
  return () => {
    if (readAt !== undone()) known.clear();
    readAt = undone();
    return known;
  };
}

/** Named values that outlive the process, as JSON. */
export type Settings = { read: (name: string) => unknown; write: (name: string, value: unknown) => void };

export function createSettings(database: Database): Settings {
  database.execute('CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  const memory = createMemory<unknown>(database);
  return {
    read(name) {
      const known = memory();
      if (known.has(name)) return known.get(name);
      const row = database.statement('SELECT value FROM settings WHERE name = ?').get(name);
      const value: unknown = row && JSON.parse(row['value'] as string);
      known.set(name, value);
      return value;
    },
    write(name, value) {
      database.statement('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(name, JSON.stringify(value));
      memory().delete(name);
    },
  };
}
