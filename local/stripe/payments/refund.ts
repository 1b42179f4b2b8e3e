import type Stripe from 'stripe';
import { z } from 'zod';
import { idOf, newId, type Account, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { changeMetadata, flag, integer, metadata, text } from '../api/parameters.ts';
import { cardByName } from '../domain/cards.ts';
import { movements } from '../domain/postings.ts';

export const RefundInput = z.strictObject({
  amount: integer.exactOptional(),
  charge: text.exactOptional(),
  payment_intent: text.exactOptional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).exactOptional(),
  metadata: metadata.exactOptional(),
  reverse_transfer: flag.exactOptional(),
});
export type RefundInput = z.infer<typeof RefundInput>;

/** The alarm at which a refund that was on its way arrives, or comes back. */
export const refundAlarm = 'refund-settles';
/** Stripe says "some time later". */
const settlesAfterMs = 60_000;

export function refundCharge(account: Account, input: RefundInput): Stripe.Refund {
  const charge = findCharge(account, input);
  const amount = checkAmount(charge.shown, input.amount);
  const card = cardByName(charge.hidden.card);
  const isPending = card?.refund === 'pending-first';
  const refund: Stripe.Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.shown.id,
    created: account.now,
    currency: charge.shown.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      type: 'card',
      card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
    },
    metadata: changeMetadata({}, input.metadata),
    payment_intent: idOf(charge.shown.payment_intent),
    payment_method: charge.shown.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isPending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  account.move(charge.shown, refund.id, movements.refund(amount));
  if (!isPending) account.move(charge.shown, refund.id, movements.refundPaid(amount));
  account.save('refund', { shown: refund, hidden: { wasPaid: !isPending } });
  const refunded = changeRefunded(account, charge, amount);
  account.emit('refund.created', refund);
  account.emit('charge.refunded', refunded);
  if (card?.refund)
    account.parts.alarms.set({ kind: refundAlarm, subject: refund.id, dueAt: account.now * 1000 + settlesAfterMs });
  return refund;
}

function findCharge(account: Account, { charge, payment_intent: intentId }: RefundInput): StripeKinds['charge'] {
  if (charge !== undefined) return account.get('charge', charge, 'charge');
  if (intentId === undefined) throw refuse.missingParameter('payment_intent');
  const { shown: intent } = account.get('payment_intent', intentId, 'payment_intent');
  if (intent.status !== 'succeeded')
    throw refuse.notPossible(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  return account.get('charge', idOf(intent.latest_charge) ?? '');
}

function checkAmount(charge: Stripe.Charge, asked: number | undefined): number {
  const left = charge.amount - charge.amount_refunded;
  if (!charge.paid || !charge.captured)
    throw refuse.notPossible(`Charge ${charge.id} has not been captured and cannot be refunded.`, { param: 'charge' });
  if (charge.disputed)
    throw refuse.notPossible(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  if (left === 0)
    throw refuse.notPossible(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  const amount = asked ?? left;
  if (amount < 1) throw refuse.invalidParameter('amount', 'This value must be greater than or equal to 1.');
  if (amount > left)
    throw refuse.notPossible(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    });
  return amount;
}

function changeRefunded(account: Account, charge: StripeKinds['charge'], by: number): Stripe.Charge {
  const amount = charge.shown.amount_refunded + by;
  const shown: Stripe.Charge = { ...charge.shown, amount_refunded: amount, refunded: amount === charge.shown.amount };
  account.save('charge', { ...charge, shown });
  return shown;
}

/** What the card of a refund says happens to it later. */
export function settleRefund(account: Account, refundId: string): void {
  const { shown: refund, hidden } = account.get('refund', refundId);
  const charge = account.get('charge', idOf(refund.charge) ?? '');
  if (cardByName(charge.hidden.card)?.refund === 'fails-later') return failRefund(account, refundId);
  if (refund.status !== 'pending') return;
  account.move(charge.shown, refund.id, movements.refundPaid(refund.amount));
  const paid: Stripe.Refund = { ...refund, status: 'succeeded' };
  account.save('refund', { shown: paid, hidden: { ...hidden, wasPaid: true } });
  account.emit('refund.updated', paid);
}

/** The bank sends a refund back, even one that succeeded: the money is the shop's again. */
export function failRefund(account: Account, refundId: string): void {
  const { shown: refund, hidden } = account.get('refund', refundId);
  if (refund.status === 'failed') throw refuse.notPossible(`Refund ${refundId} has failed already.`);
  const charge = account.get('charge', idOf(refund.charge) ?? '');
  account.move(charge.shown, refund.id, movements.refundFailed(refund.amount, hidden.wasPaid));
  const failed: Stripe.Refund = { ...refund, failure_reason: 'expired_or_canceled_card', status: 'failed' };
  account.save('refund', { shown: failed, hidden });
  changeRefunded(account, charge, -refund.amount);
  account.parts.alarms.clear(refundAlarm, refundId);
  account.emit('refund.failed', failed);
  account.emit('refund.updated', failed);
}
