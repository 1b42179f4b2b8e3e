import type Stripe from 'stripe';
import { idOf, type Account, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { movements } from '../domain/postings.ts';
import { lapseAlarm } from './charge-card.ts';
import { scheduleDispute } from './dispute.ts';

/** Takes what was authorised, or a part; the rest goes back to the customer. Once only. */
export function capturePayment(
  account: Account,
  stored: StripeKinds['payment_intent'],
  amount: number = stored.shown.amount_capturable,
): Stripe.PaymentIntent {
  const { shown: intent } = stored;
  checkCapture(intent, amount);
  const charge = account.get('charge', idOf(intent.latest_charge) ?? '');
  account.move(charge.shown, charge.shown.id, movements.capture(amount, intent.amount_capturable));
  const taken: StripeKinds['charge'] = {
    ...charge,
    shown: {
      ...charge.shown,
      amount_captured: amount,
      amount_refunded: charge.shown.amount - amount,
      captured: true,
    },
  };
  const captured: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    amount_received: amount,
    status: 'succeeded',
  };
  account.save('charge', taken);
  account.save('payment_intent', { ...stored, shown: captured });
  account.parts.alarms.clear(lapseAlarm, intent.id);
  account.emit('charge.captured', taken.shown);
  account.emit('payment_intent.succeeded', captured);
  scheduleDispute(account, taken);
  return captured;
}

function checkCapture(intent: Stripe.PaymentIntent, amount: number): void {
  if (intent.status !== 'requires_capture')
    throw refuse.unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      intent,
    );
  if (amount < 1 || amount > intent.amount_capturable)
    throw refuse.notPossible(
      `The amount to capture must be from 1 to the amount that can be captured (${intent.amount_capturable}).`,
      { code: amount < 1 ? 'parameter_invalid_integer' : 'amount_too_large', param: 'amount_to_capture' },
    );
}

const cancelable = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

type Cancelling = { reason: Stripe.PaymentIntent.CancellationReason | null; hasLapsed: boolean };

/** Gives back what is authorised; of a captured one only a refund can. */
export function cancelPayment(
  account: Account,
  stored: StripeKinds['payment_intent'],
  { reason, hasLapsed }: Cancelling,
): Stripe.PaymentIntent {
  const { shown: intent } = stored;
  if (!cancelable.includes(intent.status))
    throw refuse.unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancelable.join(', ')}.`,
      intent,
    );
  if (intent.status === 'requires_capture') release(account, intent, hasLapsed);
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    canceled_at: account.now,
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  };
  account.save('payment_intent', { shown: canceled, hidden: { ...stored.hidden, challenge: null } });
  account.parts.alarms.clear(lapseAlarm, intent.id);
  account.emit('payment_intent.canceled', canceled);
  return canceled;
}

function release(account: Account, intent: Stripe.PaymentIntent, hasLapsed: boolean): void {
  const charge = account.get('charge', idOf(intent.latest_charge) ?? '');
  account.move(charge.shown, charge.shown.id, movements.release(intent.amount_capturable));
  const released: StripeKinds['charge'] = {
    ...charge,
    shown: { ...charge.shown, amount_refunded: charge.shown.amount, refunded: true },
  };
  account.save('charge', released);
  account.emit(hasLapsed ? 'charge.expired' : 'charge.refunded', released.shown);
}

/** The bank does not hold an amount for ever: what is not captured by then is given back. */
export function lapse(account: Account, intentId: string): void {
  const stored = account.get('payment_intent', intentId);
  if (stored.shown.status === 'requires_capture')
    cancelPayment(account, stored, { reason: 'automatic', hasLapsed: true });
}
