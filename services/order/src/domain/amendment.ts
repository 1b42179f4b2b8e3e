import type { OrderState } from '../contract.ts';
import type { Entry, Order } from './order.ts';
import type { Run } from './saga.ts';

/** What the rest of the world is told. */
export type Fact = 'placed' | 'confirmed' | 'captured' | 'shipped' | 'delivered' | 'cancelled' | 'refunded';
/** A mail about a refund is one for each refund: `refunded <refundId>`. */
export type MailKind = 'confirmation' | 'action-needed' | 'shipped' | `refunded ${string}`;
/** What should not have happened: written down for a person, never dropped. */
export type Anomaly = { what: string; details: Readonly<Record<string, unknown>> };
/** How a step stands now: `open` and `parked` as its run does, the rest are ends. */
export type StepRecord = { run: Run; status: Run['status'] | 'done' | 'turned' | 'refused'; reason?: string };

type Patch = Partial<Omit<Order, 'orderId' | 'bucket' | 'version' | 'runs' | 'history' | 'sequence' | 'updatedAt'>>;

/** One change of an order in the making: the order it becomes, and all that is written with it. */
export class Amendment {
  readonly now: Date;
  readonly before: Order | undefined;
  #order: Order;
  readonly entries: Entry[] = [];
  readonly steps: StepRecord[] = [];
  readonly facts: Fact[] = [];
  readonly mails: { kind: MailKind; dueAt: Date }[] = [];
  readonly anomalies: Anomaly[] = [];

  private constructor(before: Order | undefined, order: Order, now: Date) {
    this.before = before;
    this.now = now;
    this.#order = order;
  }

  /** Of an order that is there: its version rises by one. */
  static of(order: Order, now: Date): Amendment {
    return new Amendment(order, { ...order, version: order.version + 1, updatedAt: now }, now);
  }

  /** Of one that is new. */
  static placing(order: Order, now: Date): Amendment {
    return new Amendment(undefined, order, now);
  }

  get order(): Order {
    return this.#order;
  }

  set(patch: Patch): this {
    this.#order = { ...this.#order, ...patch };
    return this;
  }

  /** An entry of the history, which the customer sees. */
  note(what: string): this {
    const entry = { sequence: this.#order.sequence + 1, what, at: this.now };
    this.entries.push(entry);
    this.#order = { ...this.#order, sequence: entry.sequence, history: [...this.#order.history, entry] };
    return this;
  }

  become(state: OrderState): this {
    return this.#order.state === state ? this : this.set({ state }).note(state);
  }

  announce(fact: Fact): this {
    this.facts.push(fact);
    return this;
  }

  mail(kind: MailKind, dueAt: Date = this.now): this {
    this.mails.push({ kind, dueAt });
    return this;
  }

  report(what: string, details: Anomaly['details'] = {}): this {
    this.anomalies.push({ what, details });
    return this;
  }

  /** The run as it is now, in the place of that of its saga. */
  keep(run: Run): this {
    const others = this.#order.runs.filter((one) => one.saga !== run.saga);
    this.#order = { ...this.#order, runs: [...others, run] };
    this.#record({ run, status: run.status });
    return this;
  }

  /** The run's step is over; what follows it is kept after. */
  close(run: Run, status: 'done' | 'turned' | 'refused', reason?: string): this {
    this.#order = { ...this.#order, runs: this.#order.runs.filter((one) => one.saga !== run.saga) };
    this.#record({ run, status, ...(reason === undefined ? {} : { reason }) });
    return this;
  }

  /** A step is written once, as it stands at the end. */
  #record(record: StepRecord): void {
    const isSame = ({ run }: StepRecord) =>
      run.saga === record.run.saga && run.step === record.run.step && run.attempt === record.run.attempt;
    const index = this.steps.findIndex(isSame);
    if (index >= 0) this.steps.splice(index, 1);
    this.steps.push(record);
  }
}
