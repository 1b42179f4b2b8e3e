import { cancelCall, confirmCall, isOfCard, isOfPayment, triesCard, type Occasion } from './calls.ts';
import { advance, isFinal, type PaymentRecord, type PaymentState } from './payment.ts';
import type { CallOutcome, Change } from './plans.ts';
import type { Call, Refusal, Truth } from './provider.ts';
import { advanceRefunds, type RefundRecord } from './refunds.ts';

/**
 * How a call ended: Stripe did it, or will not, or (`ended`) failed at it and left nothing behind. `truth` is what Stripe
 * showed afterwards.
 */
export type Settlement = { call: Call; outcome: Exclude<CallOutcome, 'superseded'>; truth: Truth; refusal?: Refusal };

const failedAtStripe: Refusal = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};

/**
 * What a settled call makes of the payment, and which call follows it: an intent that is found after its order was canceled is canceled,
 * one that was made without a card is confirmed, and what Stripe would not cancel is still to be canceled.
 */
export function settling(settlement: Settlement, occasion: Occasion): (state: PaymentState) => Change {
  return (state) => {
    const { call, outcome } = settlement;
    const settled = [{ key: call.key, outcome }, ...supersededBy(settlement, state)];
    const rest = state.calls.filter(({ key }) => !settled.some((one) => one.key === key));
    if (call.operation === 'refund') return { settle: settled, refunds: refundsAfter(settlement, state) };
    const payment = paymentAfter(settlement, state.payment);
    const begin = callAfter(settlement, payment, occasion);
    const open = begin ? [...rest, begin] : rest;
    const returnUrl = open.some(isOfCard) ? payment.returnUrl : null;
    const next = { ...payment, returnUrl, isInDoubt: open.some(isOfPayment) };
    return { settle: settled, payment: next, ...(begin ? { begin } : {}) };
  };
}

/** A payment that is canceled is not confirmed any more, whatever became of that. */
function supersededBy({ call, truth }: Settlement, { calls }: PaymentState): { key: string; outcome: CallOutcome }[] {
  if (truth.intent?.status !== 'canceled') return [];
  return calls
    .filter((other) => other.key !== call.key && isOfCard(other))
    .map(({ key }) => ({ key, outcome: 'superseded' }));
}

function paymentAfter(settlement: Settlement, payment: PaymentRecord): PaymentRecord {
  const { call, truth, outcome } = settlement;
  const next = truth.intent ? advance(payment, truth.intent) : payment;
  return outcome === 'done' || !isOfCard(call) ? next : withDecline(next, settlement);
}

/** After a card that came to nothing, unless something has come of it since. */
function withDecline(payment: PaymentRecord, { truth, refusal }: Settlement): PaymentRecord {
  if (truth.intent === undefined && payment.isCancelWanted) return { ...payment, status: 'canceled' };
  if (payment.status !== 'new' && payment.status !== 'requires-method') return payment;
  return { ...payment, status: 'requires-method', decline: refusal ?? payment.decline ?? failedAtStripe };
}

function callAfter(settlement: Settlement, payment: PaymentRecord, occasion: Occasion): Call | undefined {
  const { call, outcome } = settlement;
  if (call.operation === 'create') return callAfterCreate(call, payment, occasion);
  const isStillWanted = call.operation === 'cancel' && outcome === 'refused' && !isFinal(payment.status);
  // Its key would be refused for a day, whatever happens to the intent meanwhile.
  return isStillWanted ? cancelCall(payment, occasion, String(Number(call.subject || 1) + 1)) : undefined;
}

function callAfterCreate(call: Call, payment: PaymentRecord, occasion: Occasion): Call | undefined {
  if (payment.intentId === null || isFinal(payment.status)) return undefined;
  if (payment.isCancelWanted) return cancelCall(payment, occasion);
  // A process of the release before this one may have kept it so, and not have lived to see the answer.
  const isUntried = !triesCard(call) && payment.status === 'requires-method';
  return isUntried ? confirmCall(payment, occasion) : undefined;
}

function refundsAfter({ call, truth, refusal }: Settlement, { refunds }: PaymentState): readonly RefundRecord[] {
  if (truth.refund) return advanceRefunds(refunds, [truth.refund]);
  return refunds.map((refund) =>
    refund.refundId === call.subject ? { ...refund, status: 'failed', failure: refusal?.code ?? 'refused' } : refund,
  );
}
