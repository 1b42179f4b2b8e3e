import type { MailKind } from './amendment.ts';
import { newestAttempt, type Order } from './order.ts';

/** Whether a mail still says something true when it is about to be sent, perhaps long after it became due. */
export function isWanted(kind: MailKind, order: Order): boolean {
  if (kind === 'action-needed')
    return order.state === 'awaiting-payment' && newestAttempt(order)?.status === 'requires-action';
  return kind !== 'confirmation' || order.state !== 'cancelled';
}
