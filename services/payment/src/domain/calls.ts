import type { Money } from '@storefront/commerce/money';
import { toStripeAmount } from './amounts.ts';
import type { PaymentRecord } from './payment.ts';
import type { Call, IntentSnapshot, Operation, Truth } from './provider.ts';
import type { RefundRecord } from './refunds.ts';

/** The shop's name at Stripe: several shops may share an account. And when it is. */
export type Occasion = { scope: string; now: Date };

/** The charge tells until when the money is reserved. */
const expand = ['latest_charge'];

/**
 * Makes the intent and tries the first card in one request: https://docs.stripe.com/api/payment_intents/create#create_payment_intent-confirm
 * Keys are derived, so that a second call for the same decision is the same call; a number in them rises with a decision only.
 */
export function createCall(payment: PaymentRecord, { scope, now }: Occasion): Call {
  const { orderId, amount, attempt, description } = payment;
  // Only where Stripe refused to make the intent for the cards before.
  const subject = attempt === 1 ? '' : String(attempt);
  return {
    key: ['pi', scope, orderId, ...(subject ? [subject] : [])].join(':'),
    operation: 'create',
    subject,
    sentAt: now,
    parameters: {
      ...toStripeAmount(amount),
      capture_method: 'manual',
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
      description,
      metadata: { order_id: orderId, scope },
      confirm: true,
      ...cardOf(payment),
      expand,
    },
  };
}

/** Tries another card, of an intent that is there. */
export function confirmCall(payment: PaymentRecord, { scope, now }: Occasion): Call {
  const { orderId, attempt } = payment;
  return {
    key: `confirm:${scope}:${orderId}:${attempt}`,
    operation: 'confirm',
    subject: String(attempt),
    sentAt: now,
    parameters: { ...cardOf(payment), expand },
  };
}

/** `ctoken_…` comes from the Payment Element, `pm_…` from whoever has no browser. The bank's page is one to be sent to. */
function cardOf({ method, returnUrl }: PaymentRecord) {
  const isToken = method?.startsWith('ctoken_') ?? false;
  return {
    [isToken ? 'confirmation_token' : 'payment_method']: method,
    return_url: returnUrl,
    use_stripe_sdk: false,
  };
}

export function captureCall({ orderId }: PaymentRecord, amount: Money, { scope, now }: Occasion): Call {
  return {
    key: `capture:${scope}:${orderId}`,
    operation: 'capture',
    subject: '',
    sentAt: now,
    parameters: { amount_to_capture: toStripeAmount(amount).amount, expand },
  };
}

/** `subject` counts from 2 on, after refusals. */
export function cancelCall({ orderId }: PaymentRecord, { scope, now }: Occasion, subject = ''): Call {
  return {
    key: ['cancel', scope, orderId, ...(subject ? [subject] : [])].join(':'),
    operation: 'cancel',
    subject,
    sentAt: now,
    parameters: { cancellation_reason: 'requested_by_customer', expand },
  };
}

export function refundCall(payment: PaymentRecord, refund: RefundRecord, { scope, now }: Occasion): Call {
  const { orderId, intentId } = payment;
  const { refundId, amount } = refund;
  return {
    key: `refund:${scope}:${orderId}:${refundId}`,
    operation: 'refund',
    subject: refundId,
    sentAt: now,
    parameters: {
      payment_intent: intentId,
      amount: toStripeAmount(amount).amount,
      reason: 'requested_by_customer',
      metadata: { order_id: orderId, scope, refund_id: refundId },
    },
  };
}

/** Calls about the payment itself; while one is open its status is in doubt. A refund's is its own. */
export const isOfPayment = ({ operation }: Call): boolean => operation !== 'refund';

/** Calls that try a card, or lead to one that does. */
export const isOfCard = ({ operation }: Call): boolean => operation === 'create' || operation === 'confirm';

/** A creation that was kept without `confirm` makes an intent alone: its card is tried by the call that follows. */
export const triesCard = ({ operation, parameters }: Call): boolean =>
  operation === 'confirm' || (operation === 'create' && parameters['confirm'] === true);

/** A cancellation first: it makes the others pointless. */
export const nextCall = (calls: readonly Call[]): Call | undefined =>
  calls.find(({ operation }) => operation === 'cancel') ?? calls[0];

/** Whether what Stripe shows is what the call was for, or makes it impossible for ever. */
export function isDecidedBy(call: Call, { intent, refund }: Truth): boolean {
  const decides: Readonly<Record<Operation, boolean>> = {
    create: intent !== undefined && (!triesCard(call) || showsCard(intent)),
    // Another status may still be of the card before: only the answer to the key tells.
    confirm: intent !== undefined && ['authorized', 'captured', 'canceled'].includes(intent.status),
    capture: intent?.status === 'captured' || intent?.status === 'canceled',
    cancel: intent?.status === 'canceled' || intent?.status === 'captured',
    refund: refund !== undefined,
  };
  return decides[call.operation];
}

/** Whether something came of the first card. An intent that waits for a method, and was refused none, is one whose card was not tried. */
const showsCard = ({ status, decline }: IntentSnapshot): boolean => status !== 'requires-method' || decline !== null;

/** Stripe may forget a key after a day; what is sent with it then is done anew. */
const keyLivesMs = 20 * 60 * 60 * 1000;

export const mayBeForgotten = ({ sentAt }: Call, now: Date): boolean => now.getTime() - sentAt.getTime() > keyLivesMs;
