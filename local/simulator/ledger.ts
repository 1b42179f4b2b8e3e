import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

/** Minor units that move between accounts, because of one subject (a payment, a shipment). The lines add up to nothing. */
export type Posting = {
  kind: string;
  currency: string;
  subject: string;
  /** The object that caused it: a charge, a refund, a label. */
  reference: string;
  lines: readonly { account: string; amount: number }[];
};

export type Entry = {
  posting: number;
  at: number;
  kind: string;
  currency: string;
  subject: string;
  reference: string;
  account: string;
  amount: number;
};

/** currency → account → minor units. */
export type Balances = Record<string, Record<string, number>>;

/** Double entry: what one account gains another loses, in the transaction of what it records. */
export type Ledger = {
  post: (posting: Posting) => void;
  entries: (subject?: string) => Entry[];
  balances: (subject?: string) => Balances;
};

const table = `CREATE TABLE IF NOT EXISTS ledger (
  posting INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, currency TEXT NOT NULL, subject TEXT NOT NULL,
  reference TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS ledger_subject ON ledger (subject);
  CREATE INDEX IF NOT EXISTS ledger_posting ON ledger (posting)`;

export function createLedger(database: Database, clock: Clock): Ledger {
  database.execute(table);
  const insert = 'INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
  const rows = (select: string, subject: string | undefined, rest: string) =>
    subject === undefined
      ? database.statement(`${select} ${rest}`).all()
      : database.statement(`${select} WHERE subject = ? ${rest}`).all(subject);
  return {
    post({ kind, currency, subject, reference, lines }) {
      const sum = lines.reduce((total, { amount }) => total + amount, 0);
      if (sum !== 0) throw new Error(`a posting of ${kind} for ${subject} is off by ${sum} ${currency}`);
      const last = database.statement('SELECT coalesce(max(posting), 0) AS last FROM ledger').get();
      const posting = Number(last?.['last']) + 1;
      for (const { account, amount } of lines.filter((line) => line.amount !== 0))
        database.statement(insert).run(posting, clock.now(), kind, currency, subject, reference, account, amount);
    },
    entries: (subject) => rows('SELECT * FROM ledger', subject, 'ORDER BY rowid') as Entry[],
    balances(subject) {
      const balances: Balances = {};
      const sums = rows(
        'SELECT currency, account, sum(amount) AS amount FROM ledger',
        subject,
        'GROUP BY currency, account',
      );
      for (const { currency, account, amount } of sums)
        (balances[String(currency)] ??= {})[String(account)] = Number(amount);
      return balances;
    },
  };
}
