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
import { settleMail, takeDueMails, type DueMail } from '../store/mails.ts';
import type { Orders } from '../store/orders.ts';
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
  interval?: Duration;
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
  const slots = createSlots(places, { queue });
  /** More is due than was taken: it is taken once half of the places are free, not at the next sweep. */
  let isBehind = false;

  const begin = (mail: DueMail, order?: Order) => {
    const since = clock.now().getTime();
    const work = async () => {
      const waitedMs = clock.now().getTime() - since;
      if (waitedMs > patienceMs) return;
      // Whether it is still wanted is asked of the order as it is by then.
      await send(deps, mail, waitedMs < 1_000 ? order : undefined).catch(failed(mail.orderId));
      if (isBehind && slots.room >= places / 2) sweep.wake();
    };
    withoutRequest(() => slots.run(`${mail.orderId} ${mail.kind}`, work, () => {}));
  };
  const failed = (orderId: OrderId) => (error: unknown) =>
    log.warn({ error, orderId }, 'what became of a mail could not be written down');

  const sweep = every(interval, async () => {
    isBehind = false;
    for (const shard of shards.all()) {
      const limit = Math.min(places, slots.room);
      const due = limit > 0 ? await takeDueMails(shard, clock.now(), limit).catch(unread(shard.name)) : [];
      isBehind ||= due.length === limit;
      for (const mail of due) begin(mail);
    }
  });
  const unread = (shard: string) => (error: unknown) => {
    log.warn({ error, shard }, 'mails that are due cannot be read, will try again');
    return [];
  };

  return {
    start: () => sweep.start(),
    sendOf({ order, mails, now }) {
      for (const { kind, dueAt } of mails) if (dueAt <= now) begin({ orderId: order.orderId, kind, tries: 0 }, order);
    },
    async stop() {
      await sweep.stop();
      await slots.stop();
    },
  };
}

async function send(deps: MailerDeps, { orderId, kind, tries }: DueMail, atHand?: Order): Promise<void> {
  const { shards, orders, transport, compose, clock, log, interrupt } = deps;
  const order = atHand ?? (await orders.find(orderId));
  const settle = (became: Parameters<typeof settleMail>[2]) => settleMail(shards, { orderId, kind }, became);
  if (!order || !isWanted(kind, order)) return settle({ status: 'skipped', at: clock.now() });
  try {
    await interrupt(`before mail ${kind}`);
    await transport.send(compose(kind, order), `${orderId}.${kind.replace(' ', '.')}`);
    await interrupt(`after mail ${kind}`);
    return await settle({ status: 'sent', at: clock.now() });
  } catch (error) {
    log.warn({ orderId, kind, ...loggedOf(error) }, 'a mail could not be sent');
    if (error instanceof RefusedMail) return settle({ status: 'skipped', at: clock.now() });
    const pauseMs = Math.min(10_000 * 2 ** Math.min(tries, 20), longestPauseMs);
    return settle({ status: 'due', dueAt: new Date(clock.now().getTime() + pauseMs), tries: tries + 1 });
  }
}

/** Not the server's text, which may repeat whom the mail is for. */
function loggedOf(error: unknown): Record<'name' | 'code' | 'responseCode', unknown> {
  const said = error instanceof RefusedMail ? error.cause : error;
  const { name, code, responseCode } = (said ?? {}) as Record<string, unknown>;
  return { name, code, responseCode };
}
