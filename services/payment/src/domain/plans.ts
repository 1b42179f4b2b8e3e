import type { Money } from '@storefront/commerce/money';
import type { Authorization } from '../contract.ts';
import { cancelCall, captureCall, confirmCall, createCall, isOfPayment, refundCall, type Occasion } from './calls.ts';
import {
  amountDiffers,
  attemptDiffers,
  capturedOtherwise,
  captureTooLarge,
  notAuthorized,
  notCaptured,
  paymentCanceled,
  paymentCaptured,
  refundDiffers,
  refundTooLarge,
} from './errors.ts';
import { isOpen, type PaymentRecord, type PaymentState } from './payment.ts';
import type { Call } from './provider.ts';
import { leftToRefund, type RefundRecord } from './refunds.ts';

export type CallOutcome = 'done' | 'refused' | 'ended' | 'superseded';

/** What one transaction writes; parts that are not named stay as they are. */
export type Change = {
  payment?: PaymentRecord;
  refunds?: readonly RefundRecord[];
  /** Kept now, to be sent after the commit. */
  begin?: Call;
  settle?: readonly { key: string; outcome: CallOutcome }[];
};

/**
 * What a command makes of a payment: a change; `wait` while an earlier call must be understood first; nothing when it is done, or
 * on its way. Throws what its caller is told.
 */
export type Plan = (state: PaymentState) => Change | 'wait' | undefined;

const isSame = (a: Money, b: Money): boolean => a.amountMinor === b.amountMinor && a.currency === b.currency;

/** Tries a card. A payment that is authorized, or over, is answered as it is: no card pays it twice. */
export const authorizing =
  ({ attempt, method, returnUrl, amount }: Authorization, occasion: Occasion): Plan =>
  ({ payment, calls }) => {
    if (payment.isCancelWanted || !isOpen(payment.status)) return undefined;
    if (!isSame(payment.amount, amount)) throw amountDiffers();
    if (attempt === payment.attempt && method !== payment.method) throw attemptDiffers();
    if (attempt <= payment.attempt) return undefined;
    if (calls.some(isOfPayment)) return 'wait';
    const next: PaymentRecord = { ...payment, attempt, method, returnUrl, isInDoubt: true };
    const begin = payment.intentId === null ? createCall(next, occasion) : confirmCall(next, occasion);
    return { payment: next, begin };
  };

/** Once: the same amount again is the same capture. */
export const capturing =
  (amount: Money, occasion: Occasion): Plan =>
  ({ payment, calls }) => {
    const { status, captured } = payment;
    if (captured) {
      if (!isSame(captured, amount)) throw capturedOtherwise();
      return undefined;
    }
    if (status === 'canceled') throw paymentCanceled();
    const open = calls.filter(isOfPayment);
    if (open.some(({ operation }) => operation === 'capture')) return undefined;
    if (open.length > 0) return 'wait';
    if (status !== 'authorized') throw notAuthorized();
    if (amount.currency !== payment.amount.currency || amount.amountMinor > payment.amount.amountMinor)
      throw captureTooLarge();
    return { payment: { ...payment, isInDoubt: true }, begin: captureCall(payment, amount, occasion) };
  };

/** Also of what was never begun, so that an attempt that comes late finds it canceled. A capture that is under way is understood first. */
export const canceling =
  (occasion: Occasion): Plan =>
  ({ payment, calls }) => {
    if (payment.status === 'canceled') return undefined;
    if (payment.status === 'captured') throw paymentCaptured();
    const has = (wanted: Call['operation']) => calls.some(({ operation }) => operation === wanted);
    if (has('capture')) return 'wait';
    if (has('cancel')) return undefined;
    const next: PaymentRecord = { ...payment, isCancelWanted: true };
    if (has('create')) return payment.isCancelWanted ? undefined : { payment: next };
    if (payment.intentId === null) return { payment: { ...next, status: 'canceled', decline: null } };
    return { payment: { ...next, isInDoubt: true }, begin: cancelCall(payment, occasion) };
  };

export type RefundOrder = { refundId: string; amount: Money; reason: string };

/** Never more than was captured and is not refunded, or on its way back, already. */
export const refunding =
  ({ refundId, amount, reason }: RefundOrder, occasion: Occasion): Plan =>
  ({ payment, refunds, calls }) => {
    const known = refunds.find((refund) => refund.refundId === refundId);
    if (known && !isSame(known.amount, amount)) throw refundDiffers();
    if (known) return undefined;
    if (calls.some(isOfPayment)) return 'wait';
    const { captured } = payment;
    if (!captured) throw notCaptured();
    if (amount.currency !== captured.currency || amount.amountMinor > leftToRefund(captured, refunds))
      throw refundTooLarge();
    const at = occasion.now.toISOString();
    const refund: RefundRecord = { refundId, amount, status: 'pending', stripeId: null, reason, failure: null, at };
    return { refunds: [...refunds, refund], begin: refundCall(payment, refund, occasion) };
  };
