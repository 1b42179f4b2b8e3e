import type Stripe from 'stripe';
import type { Payment } from '../contract.ts';
import { fromStripeAmount } from '../domain/amounts.ts';
import type { IntentSnapshot, ProviderEvent, RefundSnapshot, Refusal } from '../domain/provider.ts';

const statuses: Readonly<Record<Stripe.PaymentIntent.Status, IntentSnapshot['status']>> = {
  requires_payment_method: 'requires-method',
  requires_confirmation: 'requires-method',
  requires_action: 'requires-action',
  processing: 'processing',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'canceled',
};

export const statusOf = (status: Stripe.PaymentIntent.Status): IntentSnapshot['status'] =>
  statuses[status] ?? 'processing';

export function toIntent(intent: Stripe.PaymentIntent): IntentSnapshot {
  const { id, metadata, status, currency, amount_received: amount } = intent;
  return {
    id,
    orderId: metadata['order_id'],
    scope: metadata['scope'],
    status: statusOf(status),
    captured: status === 'succeeded' ? fromStripeAmount({ amount, currency }) : null,
    captureBefore: captureBeforeOf(intent.latest_charge),
    nextAction: nextActionOf(intent.next_action),
    decline: intent.last_payment_error ? refusalOf(intent.last_payment_error) : null,
  };
}

function captureBeforeOf(charge: Stripe.PaymentIntent['latest_charge']): string | null {
  const seconds = typeof charge === 'object' ? charge?.payment_method_details?.card?.capture_before : undefined;
  return seconds === undefined ? null : new Date(seconds * 1000).toISOString();
}

function nextActionOf(action: Stripe.PaymentIntent.NextAction | null): Payment['nextAction'] {
  const url = action?.redirect_to_url?.url;
  return url ? { type: 'redirect', url } : null;
}

/** What a customer is not to be told of. https://docs.stripe.com/declines/codes */
const confidential = new Set([
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'security_violation',
  'stolen_card',
]);

type ShownError = { type?: string; code?: string; decline_code?: string; message?: string };

/** Stripe writes the messages of `card_error` for customers, the others for developers; our own sentence comes before both. */
export function refusalOf(error: ShownError): Refusal {
  const { code = 'card_declined', message } = error;
  const reason = error.decline_code ?? code;
  const isForCustomers = error.type === 'card_error' && message !== undefined;
  const said = isForCustomers ? message : 'This payment method cannot be used. Please try another one.';
  return {
    code: confidential.has(reason) ? 'generic_decline' : reason,
    message: messages[reason] ?? messages[code] ?? said,
  };
}

const messages: Readonly<Record<string, string>> = {
  payment_intent_authentication_failure: 'Your bank did not confirm this payment. Try again, or use another card.',
  authentication_required: 'Your bank wants you to confirm this payment. Try again, or use another card.',
};

const refundStatuses: Readonly<Record<string, RefundSnapshot['status']>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
};

export function toRefundSnapshot(refund: Stripe.Refund): RefundSnapshot {
  const { id, amount, currency, created, metadata, status, failure_reason: failure } = refund;
  return {
    id,
    intentId: idOf(refund.payment_intent),
    refundId: metadata?.['refund_id'],
    amount: fromStripeAmount({ amount, currency }),
    status: refundStatuses[status ?? ''] ?? 'pending',
    failure: failure ?? null,
    at: new Date(created * 1000).toISOString(),
  };
}

/** Reads what is the same in the objects that money events are about: intents, charges, refunds, disputes. */
export function toProviderEvent(event: Stripe.Event): ProviderEvent {
  const { id, type, created } = event;
  const object = event.data.object as {
    id?: string;
    object?: string;
    metadata?: Record<string, string> | null;
    payment_intent?: string | { id: string } | null;
    status?: string;
  };
  const isIntent = object.object === 'payment_intent';
  return {
    id,
    type,
    created,
    intentId: isIntent ? object.id : (idOf(object.payment_intent ?? null) ?? undefined),
    orderId: object.metadata?.['order_id'],
    scope: object.metadata?.['scope'],
    status: isIntent ? statusOf(object.status as Stripe.PaymentIntent.Status) : undefined,
  };
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
