import type { Payment } from '@storefront/payment/contract';
import type { Amendment } from '../domain/amendment.ts';
import { authorization, learnPayment, learnRefund } from '../domain/learning.ts';
import { newestAttempt, totalOf, type Order } from '../domain/order.ts';
import type { Payments } from '../domain/ports.ts';
import { refundableOf, refundOfCancelled } from '../domain/refunds.ts';
import { authorizationOf, moneyOf, type LinkOf } from '../domain/requests.ts';
import type { Outcome, Run } from '../domain/saga.ts';
import type { Clock } from '@storefront/kit/time';
import { done, isLookedAtAgain, type Act, type Result } from './act.ts';

type Deps = { payments: Payments; linkOf: LinkOf; clock: Clock };

/** The money: reserved, taken, or given back. */
export function paymentActs({ payments, linkOf, clock }: Deps) {
  const authorize: Act = async (order, run) => {
    if (totalOf(order) === 0) return done;
    const request = authorizationOf(order, linkOf);
    if (!request) return { outcome: { kind: 'waiting', lookAfter: '1h' } };
    const known = isLookedAtAgain(run) ? await payments.find(order.orderId, { fresh: true }) : undefined;
    const isAsked = known !== undefined && known.attempt >= request.attempt;
    const payment = isAsked ? known : await payments.authorize(order.orderId, request);
    return learnt(payment, (learned) => authorization(payment, learned));
  };

  const capture: Act = async (order, run) => {
    if (totalOf(order) === 0) return done;
    const known = isLookedAtAgain(run) ? await payments.find(order.orderId, { fresh: true }) : undefined;
    const isOver = known?.status === 'captured' || known?.status === 'canceled';
    const payment = isOver ? known : await payments.capture(order.orderId, moneyOf(order, totalOf(order)));
    return learnt(payment, captured(payment));
  };

  const giveBack = createGiveBack(payments, clock);

  /** A payment that turns out to be captured is given back instead. */
  const cancel: Act = async (order, run) => {
    if (newestAttempt(order) === undefined) return done;
    if (order.capturedMinor > 0) return isGivenBack(order) ? done : refund(order, run);
    const payment = await payments.cancel(order.orderId);
    if (!payment) return isOnItsWay(order, run) ? { outcome: { kind: 'again', reason: 'unknown' } } : done;
    if (payment.status === 'canceled') return learnt(payment, { kind: 'done' });
    if (payment.status === 'captured') return giveBack(order, payment);
    return learnt(payment, { kind: 'again', reason: payment.status });
  };

  const refund: Act = async (order) => {
    const payment = await payments.find(order.orderId, { fresh: true });
    if (payment?.status !== 'captured') return payment ? learnt(payment, { kind: 'done' }) : done;
    return giveBack(order, payment);
  };

  return { authorize, capture, cancel, refund };
}

/** All that was captured and has not gone back goes back. `payment` is as it is now. */
function createGiveBack(payments: Payments, clock: Clock) {
  return async function giveBack(order: Order, payment: Payment): Promise<Result> {
    const wish = refundOfCancelled(order, payment, clock.now());
    if (wish === 'nothing-left') return learnt(payment, { kind: 'done' });
    if (wish === 'on-its-way') return learnt(payment, { kind: 'waiting', lookAfter: '30s' });
    if (wish === 'failed-lately') return learnt(payment, { kind: 'refused', reason: 'refund-failed' });
    const { refundId, reason } = wish;
    const amount = moneyOf(order, wish.amountMinor);
    const after = await payments.refund(order.orderId, refundId, { amount, reason });
    // Something else of it went back meanwhile, so less is left.
    if (!after.refunds.some((one) => one.refundId === refundId))
      return learnt(after, { kind: 'again', reason: 'less-is-left' });
    const outcome = refundOutcome(after, refundId);
    const learn = (amendment: Amendment) => {
      const { refunds } = amendment.order;
      if (!refunds.some((one) => one.refundId === refundId)) amendment.set({ refunds: [...refunds, wish] });
      learnPayment(amendment, after);
      if (outcome.kind === 'refused') learnRefund(amendment, refundId, 'failed');
    };
    return { outcome, learn };
  };
}

/** A request that nobody waits for any more may still arrive: for some seconds "there is no payment" is not the last word. */
const isOnItsWay = (order: Order, { tries }: Run): boolean => newestAttempt(order)?.status === 'pending' && tries < 3;

const isGivenBack = (order: Order): boolean =>
  refundableOf(order) <= 0 && order.refunds.every(({ status }) => status !== 'pending');

function captured({ status }: Payment): Outcome {
  if (status === 'captured') return { kind: 'done' };
  return status === 'canceled' ? { kind: 'refused', reason: 'payment-canceled' } : { kind: 'again', reason: status };
}

/** Asked once the refund was asked for: one that is not there then was refused. */
export function refundOutcome({ refunds }: Payment, refundId: string): Outcome {
  const status = refunds.find((one) => one.refundId === refundId)?.status;
  if (status === 'succeeded') return { kind: 'done' };
  if (status === 'pending') return { kind: 'waiting', lookAfter: '30s' };
  return { kind: 'refused', reason: status === 'failed' ? 'refund-failed' : 'refund-refused' };
}

export function learnt(payment: Payment, outcome: Result['outcome']): Result {
  return { outcome, learn: (amendment) => learnPayment(amendment, payment) };
}
