import type Stripe from 'stripe';
import { idOf, type Account, type StripeKinds } from '../account.ts';
import { docsOf, StripeError, type ErrorBody } from '../api/errors.ts';
import type { Decline } from '../domain/cards.ts';
import { movements } from '../domain/postings.ts';
import { authorizationSeconds, buildCharge } from '../objects/charge.ts';
import { cardOf } from '../objects/payment-method.ts';
import { scheduleDispute } from './dispute.ts';

/** The alarm at which a bank gives an authorised amount back. */
export const lapseAlarm = 'authorization-lapses';

export type Charging = { wasAuthenticated: boolean; decline?: Decline };

/**
 * Asks the bank. Approved, the intent is captured or waits for it; declined, it waits for another card and the refusal is
 * returned: what was written stays.
 */
export function chargeCard(
  account: Account,
  stored: StripeKinds['payment_intent'],
  { wasAuthenticated, decline: given }: Charging,
): StripeError | undefined {
  const paymentMethod = account.get('payment_method', idOf(stored.shown.payment_method) ?? '');
  const ofCard = cardOf(paymentMethod).charge;
  const decline = given ?? (ofCard === 'approved' ? null : ofCard);
  const charge = buildCharge(account, { intent: stored.shown, paymentMethod, decline, wasAuthenticated });
  if (decline) return failPayment(account, stored, { charge, decline, paymentMethod: paymentMethod.shown });
  approve(account, stored, charge);
  keepPaymentMethod(account, stored.shown, paymentMethod);
  return undefined;
}

function approve(account: Account, stored: StripeKinds['payment_intent'], charge: StripeKinds['charge']): void {
  const { shown: intent } = stored;
  const isHeld = intent.capture_method === 'manual';
  account.move(charge.shown, charge.shown.id, movements.authorize(intent.amount));
  if (!isHeld) account.move(charge.shown, charge.shown.id, movements.capture(intent.amount, intent.amount));
  const taken: StripeKinds['charge'] = isHeld
    ? charge
    : { ...charge, shown: { ...charge.shown, captured: true, amount_captured: intent.amount } };
  const paid: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: isHeld ? intent.amount : 0,
    amount_received: isHeld ? 0 : intent.amount,
    last_payment_error: null,
    latest_charge: charge.shown.id,
    next_action: null,
    status: isHeld ? 'requires_capture' : 'succeeded',
  };
  account.save('charge', taken);
  account.save('payment_intent', { shown: paid, hidden: { ...stored.hidden, challenge: null } });
  account.emit('charge.succeeded', taken.shown);
  account.emit(isHeld ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', paid);
  const lapsesAt = (account.now + authorizationSeconds) * 1000;
  if (isHeld) account.parts.alarms.set({ kind: lapseAlarm, subject: intent.id, dueAt: lapsesAt });
  else scheduleDispute(account, taken);
}

type Failure = { charge: StripeKinds['charge']; decline: Decline; paymentMethod: Stripe.PaymentMethod };

function failPayment(account: Account, stored: StripeKinds['payment_intent'], failure: Failure): StripeError {
  const { charge, decline, paymentMethod } = failure;
  account.save('charge', charge);
  account.emit('charge.failed', charge.shown);
  const error = {
    type: 'card_error',
    charge: charge.shown.id,
    code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
    decline_code: decline.declineCode,
    doc_url: docsOf(decline.code),
    message: decline.message,
    payment_method: paymentMethod,
  } as const;
  return askForAnotherCard(account, stored, { error, latestCharge: charge.shown.id });
}

/** Back to the start, with the reason; gives it as the refusal of the request that led here. */
export function askForAnotherCard(
  account: Account,
  stored: StripeKinds['payment_intent'],
  { error, latestCharge }: { error: Stripe.PaymentIntent.LastPaymentError; latestCharge?: string },
): StripeError {
  const failed: Stripe.PaymentIntent = {
    ...stored.shown,
    last_payment_error: error,
    latest_charge: latestCharge ?? stored.shown.latest_charge,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  account.save('payment_intent', { shown: failed, hidden: { challenge: null, offSession: false } });
  account.emit('payment_intent.payment_failed', failed);
  return new StripeError(402, { ...error, payment_intent: failed } as ErrorBody);
}

/** A method that paid without a customer pays once only; with one and `setup_future_usage` it is the customer's. */
function keepPaymentMethod(
  account: Account,
  intent: Stripe.PaymentIntent,
  { shown, hidden }: StripeKinds['payment_method'],
): void {
  const isForLater = intent.setup_future_usage !== null && intent.customer !== null;
  const customer = isForLater ? idOf(intent.customer) : shown.customer;
  account.save('payment_method', { shown: { ...shown, customer }, hidden: { ...hidden, isUsed: true } });
}
