import type Stripe from 'stripe';
import { idOf, newId, type Account, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { cardByName, type TestCard } from '../domain/cards.ts';
import { movements } from '../domain/postings.ts';

/** The alarm at which a customer's bank takes a payment back. */
export const disputeAlarm = 'dispute-opens';
const opensAfterMs = 1000;
const answerWithinSeconds = 9 * 24 * 60 * 60;

export function scheduleDispute(account: Account, { shown, hidden }: StripeKinds['charge']): void {
  if (cardByName(hidden.card)?.dispute)
    account.parts.alarms.set({ kind: disputeAlarm, subject: shown.id, dueAt: account.now * 1000 + opensAfterMs });
}

/** What the card's entry in the list of test cards says, or a control call. */
export function openDispute(account: Account, chargeId: string, given?: TestCard['dispute']): Stripe.Dispute {
  const charge = account.get('charge', chargeId);
  const { reason, isInquiry } = given ??
    cardByName(charge.hidden.card)?.dispute ?? { reason: 'fraudulent', isInquiry: false };
  const amount = charge.shown.amount - charge.shown.amount_refunded;
  if (!charge.shown.captured || charge.shown.disputed || amount === 0)
    throw refuse.notPossible(`Charge ${chargeId} cannot be disputed.`);
  const dispute = buildDispute(account, charge.shown, { amount, reason, isInquiry });
  // An inquiry only asks; no money moves.
  if (!isInquiry) account.move(charge.shown, dispute.id, movements.dispute(amount));
  account.save('dispute', { shown: dispute, hidden: { isInquiry } });
  account.save('charge', { ...charge, shown: { ...charge.shown, disputed: true } });
  account.emit('charge.dispute.created', dispute);
  if (!isInquiry) account.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

type Opening = { amount: number; reason: string; isInquiry: boolean };

function buildDispute(account: Account, charge: Stripe.Charge, { amount, reason, isInquiry }: Opening): Stripe.Dispute {
  return {
    id: newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: account.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: account.now + answerWithinSeconds,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      type: 'card',
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: charge.payment_method_details?.card?.network ?? 'visa',
        network_reason_code: reason === 'fraudulent' ? '10.4' : '13.1',
      },
    },
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  };
}

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** Texts by which Stripe's test mode decides. https://docs.stripe.com/testing#evidence */
const winning = 'winning_evidence';
const losing = 'losing_evidence';

export type Answer = { evidence: Partial<Record<keyof Stripe.Dispute.Evidence, string>>; isSubmitted: boolean };

export function answerDispute(account: Account, disputeId: string, { evidence, isSubmitted }: Answer): Stripe.Dispute {
  const { shown: dispute, hidden } = account.get('dispute', disputeId);
  refuseClosed(dispute);
  const shown: Stripe.Dispute = {
    ...dispute,
    evidence: { ...dispute.evidence, ...(evidence as Partial<Stripe.Dispute.Evidence>) },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: true,
      submission_count: dispute.evidence_details.submission_count + Number(isSubmitted),
      submission_method: isSubmitted ? 'manual' : dispute.evidence_details.submission_method,
    },
    status: isSubmitted ? (hidden.isInquiry ? 'warning_under_review' : 'under_review') : dispute.status,
  };
  account.save('dispute', { shown, hidden });
  account.emit('charge.dispute.updated', shown);
  const words = shown.evidence.uncategorized_text;
  return isSubmitted && (words === winning || words === losing)
    ? closeDispute(account, disputeId, words === winning)
    : shown;
}

/** The bank's last word; one that the shop closes itself is lost. */
export function closeDispute(account: Account, disputeId: string, isWon: boolean): Stripe.Dispute {
  const { shown: dispute, hidden } = account.get('dispute', disputeId);
  refuseClosed(dispute);
  const { shown: charge } = account.get('charge', idOf(dispute.charge) ?? '');
  if (!hidden.isInquiry)
    account.move(
      charge,
      disputeId,
      isWon ? movements.disputeWon(dispute.amount) : movements.disputeLost(dispute.amount),
    );
  const shown: Stripe.Dispute = { ...dispute, status: hidden.isInquiry ? 'warning_closed' : isWon ? 'won' : 'lost' };
  account.save('dispute', { shown, hidden });
  account.emit('charge.dispute.closed', shown);
  if (isWon && !hidden.isInquiry) account.emit('charge.dispute.funds_reinstated', shown);
  return shown;
}

function refuseClosed({ id, status }: Stripe.Dispute): void {
  if (['won', 'lost', 'warning_closed'].includes(status)) throw refuse.notPossible(`Dispute ${id} is closed.`);
}
