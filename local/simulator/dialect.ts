import type { Alarm, Alarms } from './alarms.ts';
import type { Clock } from './clock.ts';
import type { Database, Settings } from './database.ts';
import type { Faults } from './faults/faults.ts';
import type { Answer, Call } from './http/call.ts';
import type { Matched, RouteName } from './http/router.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Delivery, WebhookQueue } from './webhooks/queue.ts';
import type { Letter } from './webhooks/sender.ts';

/** What every simulator is made of; all of it lives in one database. */
export type Parts = {
  database: Database;
  settings: Settings;
  clock: Clock;
  ledger: Ledger;
  alarms: Alarms;
  faults: Faults;
  journal: Journal;
  webhooks: WebhookQueue;
};

export type Work = {
  call: Call;
  route: Matched<unknown>;
  requestId: string;
  /** Its effects stay, and whoever asks again with the same key is told of the same error. */
  failsAfterCommit: boolean;
  /** It is not carried out, and whoever asks again with the same key is told so again. */
  isRefused: boolean;
};

export type Outcome = { answer: Answer; isReplay: boolean };

export type Refusal = 'conflict' | 'rate-limit' | 'refused' | 'server-error' | 'not-found' | 'malformed';

export type ControlHandler = (request: {
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}) => Answer;

/** How one vendor speaks. The simulator does the rest: sockets, faults, time, journal, webhooks. */
export type Dialect = {
  match: (call: Call) => Matched<unknown> | undefined;
  /** Of two requests with one lock at the same time, the second is a conflict. */
  lockOf: (call: Call) => string | undefined;
  /** Everything a request does, in the transaction that is open. */
  carryOut: (work: Work) => Outcome;
  refusal: (why: Refusal) => Answer;
  /** What the journal may keep of a request: nothing that is secret. */
  parametersOf: (call: Call) => unknown;
  /** In the transaction that takes the alarm away. */
  ring: (alarm: Alarm) => void;
  /** Addresses and signs a webhook; undefined where its receiver is gone. */
  write: (delivery: Delivery) => Letter | undefined;
  delivered: (delivery: Delivery) => void;
  control: Record<RouteName, ControlHandler>;
};
