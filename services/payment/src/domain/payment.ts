import type { Money } from '@storefront/commerce/money';
import type { Payment, PaymentStatus } from '../contract.ts';
import type { Call, IntentSnapshot, ProviderEvent } from './provider.ts';
import type { RefundRecord } from './refunds.ts';

/** What is known of the payment of one order. */
export type PaymentRecord = {
  orderId: string;
  version: number;
  /** What Stripe said last; `isInDoubt` while a call for it has no answer. */
  status: PaymentStatus;
  isInDoubt: boolean;
  amount: Money;
  description: string;
  /** The newest card. */
  attempt: number;
  method: string | null;
  /** Where the card's bank sends the customer back to: a link that opens the order, kept while the card is being tried. */
  returnUrl: string | null;
  intentId: string | null;
  nextAction: Payment['nextAction'];
  decline: Payment['decline'];
  captureBefore: string | null;
  captured: Money | null;
  /** Whoever finds the intent cancels it, whatever became of its card. */
  isCancelWanted: boolean;
};

/** A payment, its refunds, and the calls that were begun and have no known outcome, oldest first. */
export type PaymentState = {
  payment: PaymentRecord;
  refunds: readonly RefundRecord[];
  calls: readonly Call[];
};

/** Money only moves on: to a higher rank or within one, and never on from the highest. */
const rank: Readonly<Record<PaymentStatus, number>> = {
  new: 0,
  'requires-method': 1,
  'requires-action': 1,
  processing: 1,
  authorized: 2,
  captured: 3,
  canceled: 3,
};

export const isFinal = (status: PaymentStatus): boolean => rank[status] === 3;
/** A card may still be tried. */
export const isOpen = (status: PaymentStatus): boolean => rank[status] < 2;

/** The payment after Stripe was looked at; what is older than what is known changes nothing. */
export function advance(payment: PaymentRecord, intent: IntentSnapshot): PaymentRecord {
  if (isFinal(payment.status) || rank[intent.status] < rank[payment.status]) return payment;
  const { status } = intent;
  return {
    ...payment,
    intentId: intent.id,
    status,
    nextAction: status === 'requires-action' ? intent.nextAction : null,
    decline: status === 'requires-method' ? intent.decline : null,
    captureBefore: status === 'authorized' ? (intent.captureBefore ?? payment.captureBefore) : null,
    captured: status === 'captured' ? intent.captured : null,
  };
}

type Known = Pick<PaymentRecord, 'status' | 'isInDoubt'>;

/**
 * Whether an event that shows the intent in this status tells nothing that is not known: from `authorized` on a status is never
 * left for an earlier one, and what came later has an event of its own.
 */
export function isOldNews({ status, isInDoubt }: Known, shown: PaymentStatus | undefined): boolean {
  return shown !== undefined && !isInDoubt && rank[shown] >= 2 && rank[status] >= rank[shown];
}

/**
 * Whether the payment is all there is to know of an event. Money only moves on, so what is old news once is old news for ever, and needs no
 * row to be known by when it comes again.
 */
export function isKnown(
  payment: Known & Pick<PaymentRecord, 'intentId'>,
  event: Pick<ProviderEvent, 'intentId' | 'status'>,
) {
  return event.intentId === payment.intentId && isOldNews(payment, event.status);
}

/** What others see of it. */
export function viewOf({ payment, refunds }: PaymentState): Payment {
  const { orderId, version, amount, attempt, captureBefore, captured } = payment;
  const status = payment.isInDoubt ? 'processing' : payment.status;
  return {
    orderId,
    version,
    status,
    amount,
    attempt,
    nextAction: status === 'requires-action' ? payment.nextAction : null,
    decline: status === 'requires-method' ? payment.decline : null,
    captureBefore,
    captured,
    refunds: refunds.map(({ refundId, amount: part, status: state, at }) => ({
      refundId,
      amount: part,
      status: state,
      at,
    })),
  };
}
