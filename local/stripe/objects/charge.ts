import type Stripe from 'stripe';
import { idOf, newId, type Account, type StripeKinds } from '../account.ts';
import { last4Of, type Decline } from '../domain/cards.ts';
import { cardOf } from './payment-method.ts';

/** How long a bank holds an authorised amount. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export const authorizationSeconds = 7 * 24 * 60 * 60;

export type ChargeInput = {
  intent: Stripe.PaymentIntent;
  paymentMethod: StripeKinds['payment_method'];
  decline: Decline | null;
  wasAuthenticated: boolean;
};

/** A charge as it is right after the bank answered; nothing is captured yet. */
export function buildCharge(account: Account, input: ChargeInput): StripeKinds['charge'] {
  const { intent, paymentMethod, decline } = input;
  return {
    shown: {
      ...nothingOfThese,
      id: newId('ch'),
      object: 'charge',
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      billing_details: paymentMethod.shown.billing_details,
      calculated_statement_descriptor: 'SIMULATOR',
      captured: false,
      created: account.now,
      currency: intent.currency,
      customer: idOf(intent.customer),
      description: intent.description,
      disputed: false,
      failure_code: decline?.code ?? null,
      failure_message: decline?.message ?? null,
      fraud_details: {},
      livemode: false,
      metadata: { ...intent.metadata },
      outcome: outcomeOf(decline),
      paid: decline === null,
      payment_intent: intent.id,
      payment_method: paymentMethod.shown.id,
      payment_method_details: { type: 'card', card: detailsOf(account, input) },
      receipt_email: intent.receipt_email,
      refunded: false,
      shipping: intent.shipping,
      statement_descriptor: intent.statement_descriptor,
      statement_descriptor_suffix: intent.statement_descriptor_suffix,
      status: decline ? 'failed' : 'succeeded',
      transfer_group: intent.transfer_group,
    },
    hidden: { card: paymentMethod.hidden.card, authorized: decline ? 0 : intent.amount },
  };
}

/** Parts of Stripe that are not simulated. */
const nothingOfThese = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  failure_balance_transaction: null,
  on_behalf_of: null,
  receipt_number: null,
  receipt_url: null,
  review: null,
  source: null,
  source_transfer: null,
  transfer_data: null,
} as const;

function outcomeOf(decline: Decline | null): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 1,
    seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  };
}

function detailsOf(account: Account, input: ChargeInput): Stripe.Charge.PaymentMethodDetails.Card {
  const { intent, paymentMethod, decline, wasAuthenticated } = input;
  const card = cardOf(paymentMethod);
  const shown = paymentMethod.shown.card as Stripe.PaymentMethod.Card;
  const isHeld = decline === null && intent.capture_method === 'manual';
  return {
    amount_authorized: decline ? null : intent.amount,
    authorization_code: decline ? null : '123456',
    brand: card.brand,
    ...(isHeld ? { capture_before: account.now + authorizationSeconds } : {}),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: shown.exp_month,
    exp_year: shown.exp_year,
    fingerprint: shown.fingerprint ?? null,
    funding: card.funding,
    installments: null,
    last4: last4Of(card),
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: wasAuthenticated ? authenticated : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const authenticated: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};
