import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import type { Faults } from '../faults/faults.ts';
import { nextTry, planSendings, type Forgery, type RetryPolicy } from './plan.ts';

export type Delivery = {
  id: number;
  endpoint: string;
  event: string;
  type: string;
  body: string;
  forgery: Forgery | null;
  attempts: number;
  state: 'waiting' | 'delivered' | 'given-up';
  /** Simulated milliseconds. */
  dueAt: number;
  firstAt: number;
  /** The receiver's last answer; null before one, or where none came. */
  status: number | null;
};

export type OutgoingEvent = { id: string; type: string; body: string };

/** What is to be sent to whom: rows, written in the transaction of what they tell. Sent at least once. */
export type WebhookQueue = {
  enqueue: (endpoint: string, event: OutgoingEvent) => void;
  /** Of those that are not on their way: at most so many that are due, and when the next one is; undefined where there is none. */
  look: (limit: number, onTheirWay: ReadonlyMap<number, unknown>) => { due: Delivery[]; nextAt: number | undefined };
  /** Notes a try; gives whether it was the one that delivered it. */
  settle: (delivery: Delivery, status: number | null) => boolean;
  list: (event?: string) => Delivery[];
};

const table = `CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL,
  body TEXT NOT NULL, forgery TEXT, attempts INTEGER NOT NULL, state TEXT NOT NULL, dueAt INTEGER NOT NULL,
  firstAt INTEGER NOT NULL, status INTEGER);
  CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (dueAt, id) WHERE state = 'waiting';
  CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event)`;

export type WebhookQueueDeps = { database: Database; clock: Clock; faults: Faults; retry: RetryPolicy };

export function createWebhookQueue({ database, clock, faults, retry }: WebhookQueueDeps): WebhookQueue {
  database.execute(table);
  const insert = `INSERT INTO deliveries (endpoint, event, type, body, forgery, attempts, state, dueAt, firstAt)
    VALUES (?, ?, ?, ?, ?, 0, 'waiting', ?, ?)`;
  const { look, isDueAt } = createLookout(database, clock);
  return {
    enqueue(endpoint, { id, type, body }) {
      let draws = 0;
      const random = () => faults.chance(`${endpoint}/${id}/${draws++}`);
      const struck = faults.ofWebhook({ name: type, text: body });
      for (const { afterMs, forgery } of planSendings(struck, random)) {
        const dueAt = clock.now() + afterMs;
        database.statement(insert).run(endpoint, id, type, body, forgery, dueAt, dueAt);
        isDueAt(dueAt);
      }
    },
    look,
    settle(delivery, status) {
      const isTaken = status !== null && status >= 200 && status < 300;
      const attempts = delivery.attempts + 1;
      // A forgery is not worth a second try: nobody would send it again.
      const wait = isTaken || delivery.forgery ? undefined : nextTry(attempts, clock.now() - delivery.firstAt, retry);
      const state = isTaken ? 'delivered' : wait === undefined ? 'given-up' : 'waiting';
      const dueAt = clock.now() + (wait ?? 0);
      database
        .statement('UPDATE deliveries SET attempts = ?, state = ?, dueAt = ?, status = ? WHERE id = ?')
        .run(attempts, state, dueAt, status, delivery.id);
      if (state === 'waiting') isDueAt(dueAt);
      return isTaken;
    },
    list: (event) => listDeliveries(database, event),
  };
}

function listDeliveries(database: Database, event: string | undefined): Delivery[] {
  const rows =
    event === undefined
      ? database.statement('SELECT * FROM deliveries ORDER BY id').all()
      : database.statement('SELECT * FROM deliveries WHERE event = ? ORDER BY id').all(event);
  return rows as Delivery[];
}

/** Looks into the file when something may be due. */
function createLookout(
  database: Database,
  clock: Clock,
): Pick<WebhookQueue, 'look'> & { isDueAt: (moment: number) => void } {
  const select = "SELECT id, dueAt FROM deliveries WHERE state = 'waiting' ORDER BY dueAt, id LIMIT ?";
  /** Before this moment none is due that is not on its way. It may be too early, after what was undone, never too late. */
  let quietUntil = -Infinity;
  return {
    isDueAt(moment) {
      quietUntil = Math.min(quietUntil, moment);
    },
    look(limit, onTheirWay) {
      if (clock.now() < quietUntil) return { due: [], nextAt: Number.isFinite(quietUntil) ? quietUntil : undefined };
      // One more than can go tells when to look again; bodies are read of those alone that go.
      const rows = database.statement(select).all(limit + onTheirWay.size + 1) as Pick<Delivery, 'id' | 'dueAt'>[];
      const waiting = rows.filter(({ id }) => !onTheirWay.has(id));
      const ids = waiting.filter(({ dueAt }) => dueAt <= clock.now()).slice(0, limit);
      const due = ids.map(({ id }) => database.statement('SELECT * FROM deliveries WHERE id = ?').get(id) as Delivery);
      const nextAt = waiting[due.length]?.dueAt;
      quietUntil = nextAt ?? Infinity;
      return { due, nextAt };
    },
  };
}
