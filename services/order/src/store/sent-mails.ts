import type { OrderId } from '@storefront/commerce/order-ids';
import type { MailKind } from '../domain/amendment.ts';

export type SentMail = { kind: MailKind; at: Date };
type Waiting = SentMail & { written: (isWritten: boolean) => void };

/** Mails that were sent and not written down yet, for whoever changes their orders next: one transaction instead of two. */
export type SentMails = {
  /** True once a change of the order has been committed with it; false when none was within that time: then it is written down by itself. */
  withNextChange(orderId: OrderId, mail: SentMail, withinMs: number): Promise<boolean>;
  /** Commits a change with what waits for it; whatever becomes of the change, who waits is told. */
  along<Result>(orderId: OrderId, commit: (sent: readonly SentMail[]) => Promise<Result>): Promise<Result>;
};

export function createSentMails(): SentMails {
  const waiting = new Map<OrderId, Set<Waiting>>();

  return {
    withNextChange(orderId, mail, withinMs) {
      return new Promise((resolve) => {
        const mails = waiting.get(orderId) ?? new Set();
        const timer = setTimeout(() => {
          mails.delete(one);
          if (mails.size === 0 && waiting.get(orderId) === mails) waiting.delete(orderId);
          resolve(false);
        }, withinMs);
        const written = (isWritten: boolean) => {
          clearTimeout(timer);
          resolve(isWritten);
        };
        const one = { ...mail, written };
        waiting.set(orderId, mails.add(one));
      });
    },
    async along(orderId, commit) {
      const taken = [...(waiting.get(orderId) ?? [])];
      waiting.delete(orderId);
      let isWritten = false;
      try {
        const result = await commit(taken);
        isWritten = true;
        return result;
      } finally {
        for (const { written } of taken) written(isWritten);
      }
    },
  };
}
