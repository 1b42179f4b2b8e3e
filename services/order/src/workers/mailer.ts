import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Shards } from '@storefront/kit/postgres';
import { withoutRequest } from '@storefront/kit/request-context';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import type { OrderId } from '@storefront/commerce/order-ids';
import type { Amendment, MailKind } from '../domain/amendment.ts';
import type { Order } from '../domain/order.ts';
import { isWanted } from '../domain/mails.ts';
import type { Interrupt } from '../domain/ports.ts';
import type { Letter } from '../mail/letter.ts';
import { RefusedMail, type MailTransport } from '../mail/smtp.ts';
import { settleMail, takeDueMails, type Became, type DueMail } from '../store/mails.ts';
import type { Orders } from '../store/orders.ts';
import type { SentMails } from '../store/sent-mails.ts';
import type { Tables } from '../store/tables.ts';
import { every } from './every.ts';
import { createSlots } from './slots.ts';

export type MailerDeps = {
  shards: Shards<Tables>;
  orders: Pick<Orders, 'find'>;
  transport: MailTransport;
  compose: (kind: MailKind, order: Order) => Letter;
  clock: Clock;
  log: Log;
  interrupt: Interrupt;
  sentMails: Pick<SentMails, 'withNextChange'>;
  /** Whether this process is moving the order on, so that it is written down soon. */
  isMoving: (orderId: OrderId) => boolean;
  interval?: Duration;
  /**
   * So long it is not written down that a mail was sent, if its order is about to be; 200 ms unless given. Whoever dies meanwhile leaves it
   * to be sent twice.
   */
  joinWithin?: Duration;
};

export type Mailer = Worker & {
  /** Sends what a change makes due at once, or as soon as there is room; what waits too long is found when its lease ends. */
  sendOf(amendment: Amendment): void;
};

const places = 8;
/** So many more wait for a place, but no longer than a lease leaves time to send them: then another process may take them. */
const queue = 200;
const patienceMs = ms('30s');
const longestPauseMs = ms('1h');

/** Sends each mail once: a row says that it is wanted, a lease on it who sends it, and the same row that it was sent. */
export function createMailer(deps: MailerDeps): Mailer {
  const { shards, clock, log, interval = '5s' } = deps;
  const results = createResults(deps);
  const slots = createSlots(places, { queue });
  /** More is due than was taken: it is taken once half of the places are free, not at the next sweep. */
  let isBehind = false;

  const begin = (mail: DueMail, order?: Order) => {
    const since = clock.now();
    const work = async () => {
      const status = await inTurn(deps, results, { mail, order, since }).catch(failed(log, mail.orderId));
      // A server that is away is not tried with all that is due.
      if (status === 'due') isBehind = false;
      if (isBehind && slots.room >= places / 2) sweep.wake();
    };
    withoutRequest(() => slots.run(`${mail.orderId} ${mail.kind}`, work, () => {}));
  };

  const sweep = every(interval, async () => {
    isBehind = false;
    for (const shard of shards.all()) {
      const limit = Math.min(places, slots.room);
      const due = limit > 0 ? await takeDueMails(shard, clock.now(), limit).catch(unread(log, shard.name)) : [];
      isBehind ||= due.length === limit;
      for (const mail of due) begin(mail);
    }
  });
  return {
    start: () => sweep.start(),
    sendOf({ order, mails, now }) {
      for (const { kind, dueAt } of mails) if (dueAt <= now) begin({ orderId: order.orderId, kind, tries: 0 }, order);
    },
    async stop() {
      await sweep.stop();
      await slots.stop();
      await results.written();
    },
  };
}

const failed = (log: Log, orderId: OrderId) => (error: unknown) =>
  log.warn({ error, orderId }, 'what became of a mail could not be written down');

const unread = (log: Log, shard: string) => (error: unknown) => {
  log.warn({ error, shard }, 'mails that are due cannot be read, will try again');
  return [];
};

type Results = ReturnType<typeof createResults>;

/** Writes down what became of mails: at once, or with the next change of an order that this process is moving on. */
function createResults({ shards, sentMails, isMoving, log, joinWithin = '200ms' }: MailerDeps) {
  const leaving = new Set<Promise<void>>();
  return {
    async settle(mail: DueMail, became: Became): Promise<void> {
      const { orderId, kind } = mail;
      if (became.status !== 'sent' || !isMoving(orderId)) return settleMail(shards, mail, became);
      const end = sentMails
        .withNextChange(orderId, { kind, at: became.at }, ms(joinWithin))
        .then((isWritten) => (isWritten ? undefined : settleMail(shards, mail, became)))
        .catch(failed(log, orderId));
      leaving.add(end);
      void end.then(() => leaving.delete(end));
    },
    written: () => Promise.all(leaving),
  };
}

type Turn = { mail: DueMail; order: Order | undefined; since: Date };

/** The mail's turn has come, unless it has waited for too long; answers what became of it. */
async function inTurn(deps: MailerDeps, results: Results, { mail, order, since }: Turn) {
  const waitedMs = deps.clock.now().getTime() - since.getTime();
  if (waitedMs > patienceMs) return undefined;
  // Whether it is still wanted is asked of the order as it is by then.
  const became = await send(deps, mail, waitedMs < 1_000 ? order : undefined);
  await results.settle(mail, became);
  return became.status;
}

/** What became of it. */
async function send(deps: MailerDeps, { orderId, kind, tries }: DueMail, atHand?: Order): Promise<Became> {
  const { orders, transport, compose, clock, log, interrupt } = deps;
  const order = atHand ?? (await orders.find(orderId));
  if (!order || !isWanted(kind, order)) return { status: 'skipped', at: clock.now() };
  try {
    await interrupt(`before mail ${kind}`);
    await transport.send(compose(kind, order), `${orderId}.${kind.replace(' ', '.')}`);
    await interrupt(`after mail ${kind}`);
    return { status: 'sent', at: clock.now() };
  } catch (error) {
    log.warn({ orderId, kind, ...loggedOf(error) }, 'a mail could not be sent');
    if (error instanceof RefusedMail) return { status: 'skipped', at: clock.now() };
    const pauseMs = Math.min(10_000 * 2 ** Math.min(tries, 20), longestPauseMs);
    return { status: 'due', dueAt: new Date(clock.now().getTime() + pauseMs), tries: tries + 1 };
  }
}

/** Not the server's text, which may repeat whom the mail is for. */
function loggedOf(error: unknown): Record<'name' | 'code' | 'responseCode', unknown> {
  const said = error instanceof RefusedMail ? error.cause : error;
  const { name, code, responseCode } = (said ?? {}) as Record<string, unknown>;
  return { name, code, responseCode };
}
