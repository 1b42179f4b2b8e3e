import type { Money } from '@storefront/commerce/money';
import type { Insertable, Selectable } from 'kysely';
import type { PaymentRecord } from '../domain/payment.ts';
import type { Call } from '../domain/provider.ts';
import type { RefundRecord } from '../domain/refunds.ts';
import type { PaymentTable, RefundTable, StripeCallTable } from './tables.ts';

/** Rows as records and back. */
export function toPayment(row: Selectable<PaymentTable>): PaymentRecord {
  const amount: Money = { amountMinor: row.amount_minor, currency: row.currency };
  return {
    orderId: row.order_id,
    version: row.version,
    status: row.status,
    isInDoubt: row.in_doubt,
    amount,
    description: row.description,
    attempt: row.attempt,
    method: row.method,
    returnUrl: row.return_url,
    intentId: row.intent_id,
    nextAction: row.next_action,
    decline: row.decline,
    captureBefore: row.capture_before?.toISOString() ?? null,
    captured: row.captured_minor === null ? null : { ...amount, amountMinor: row.captured_minor },
    isCancelWanted: row.cancel_wanted,
  };
}

/** What a change may write of a payment; amount and description are those that it was begun with. */
export function paymentColumns(payment: PaymentRecord) {
  return {
    version: payment.version,
    status: payment.status,
    in_doubt: payment.isInDoubt,
    attempt: payment.attempt,
    method: payment.method,
    return_url: payment.returnUrl,
    intent_id: payment.intentId,
    next_action: payment.nextAction,
    decline: payment.decline,
    capture_before: payment.captureBefore === null ? null : new Date(payment.captureBefore),
    captured_minor: payment.captured?.amountMinor ?? null,
    cancel_wanted: payment.isCancelWanted,
  };
}

type RefundRow = Omit<Selectable<RefundTable>, 'bucket' | 'order_id' | 'updated_at'>;

export function toRefund(row: RefundRow): RefundRecord {
  return {
    refundId: row.refund_id,
    amount: { amountMinor: row.amount_minor, currency: row.currency },
    status: row.status,
    stripeId: row.stripe_id,
    reason: row.reason,
    failure: row.failure,
    at: row.created_at.toISOString(),
  };
}

export function refundRow(place: { bucket: number; orderId: string }, refund: RefundRecord): Insertable<RefundTable> {
  const { refundId, amount, status, stripeId, reason, failure, at } = refund;
  return {
    bucket: place.bucket,
    order_id: place.orderId,
    refund_id: refundId,
    amount_minor: amount.amountMinor,
    currency: amount.currency,
    status,
    stripe_id: stripeId,
    reason,
    failure,
    created_at: at,
  };
}

type CallRow = Pick<Selectable<StripeCallTable>, 'key' | 'operation' | 'subject' | 'parameters' | 'sent_at'>;

export function toCall(row: CallRow): Call {
  const { key, operation, subject, sent_at: sentAt } = row;
  return { key, operation, subject, parameters: JSON.parse(row.parameters) as Call['parameters'], sentAt };
}

export function callRow(place: { bucket: number; orderId: string }, call: Call): Insertable<StripeCallTable> {
  const { key, operation, subject, sentAt } = call;
  const parameters = JSON.stringify(call.parameters);
  return {
    bucket: place.bucket,
    key,
    order_id: place.orderId,
    operation,
    subject,
    parameters,
    sent_at: sentAt,
    settled_at: null,
    outcome: null,
  };
}
