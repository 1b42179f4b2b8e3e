import type { z } from 'zod';
import type { NewOrderRefund } from '../contract.ts';
import type { Amendment } from './amendment.ts';
import * as refusals from './errors.ts';
import { newestAttempt, refundSaga, runOf, type Order } from './order.ts';
import { purchase } from './purchase.ts';
import { refundOf } from './refunds.ts';
import { refunding } from './refunding.ts';
import { begin, isRevocable, type Run } from './saga.ts';

const mostCards = 10;

/** Another card, or the first. The bank of the one before, if it is still being waited for, is not waited for any longer. */
export function tryCard(amendment: Amendment, method: string): void {
  const { order, now } = amendment;
  const run = awaitedCard(order);
  const attempts = order.attempts.map((one) =>
    one.status === 'requires-action' ? { ...one, status: 'superseded' as const } : one,
  );
  const next = { attempt: order.attempts.length + 1, method, status: 'pending' as const, madeAt: now };
  amendment.set({
    attempts: [...attempts, next],
    payment: { ...order.payment, nextAction: null, decline: null },
    state: 'awaiting-payment',
  });
  amendment.note('card-given').keep({ ...run, tries: 0, dueAt: now });
}

/** The step that waits for a card; throws when none does. */
function awaitedCard(order: Order): Run {
  const run = runOf(order);
  if (run?.step !== 'authorize' || run.status !== 'open' || order.cancellation) throw refusals.notAwaitingPayment();
  if (newestAttempt(order)?.status === 'pending') throw refusals.paymentInProgress();
  if (order.attempts.length >= mostCards) throw refusals.tooManyCards();
  return run;
}

/** Written down now, decided when the step that is being done has ended. False when there is nothing to wish for any more. */
export function wishCancellation(amendment: Amendment, reason: string): boolean {
  const { order, now } = amendment;
  if (order.state === 'cancelled' || order.cancellation !== null) return false;
  const run = runOf(order);
  if (!run || !isRevocable(purchase, run)) throw refusals.tooLateToCancel();
  amendment.set({ cancellation: { reason, wantedAt: now.toISOString() } });
  amendment.note('cancellation-wanted').keep({ ...run, dueAt: now });
  return true;
}

/** A new refund: only a person decides about one, so each wish is another. */
export function wishRefund(amendment: Amendment, wish: z.output<typeof NewOrderRefund>, refundId: string): void {
  const { order, now } = amendment;
  // What is being cancelled pays everything back by itself.
  if (order.state === 'cancelling') throw refusals.beingCancelled();
  const refund = refundOf(order, wish, { refundId, now });
  amendment.set({ refunds: [...order.refunds, refund] }).note('refund-requested');
  amendment.keep(begin(refunding, refundSaga(refundId), now));
}

/** Whether the parcel waits to be handed over; throws when it has no label or is not paid for, or is cancelled. */
export function isToBeHandedOver(order: Order): boolean {
  if (order.state === 'handed-over' || order.state === 'delivered') return false;
  const run = runOf(order);
  if (run?.step !== 'hand-over' || order.cancellation !== null) throw refusals.notReadyToHandOver();
  return true;
}
