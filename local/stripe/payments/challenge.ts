import type { Account, Challenge, StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { askForAnotherCard, chargeCard } from './charge-card.ts';
import { failSetup, finishSetup } from './setup.ts';

export type Outcome = 'approve' | 'deny';

type Waiting =
  | { kind: 'payment_intent'; stored: StripeKinds['payment_intent'] }
  | { kind: 'setup_intent'; stored: StripeKinds['setup_intent'] };

/** The intent that a bank's question is about. */
export function findChallenged(account: Account, intentId: string): Waiting {
  return intentId.startsWith('seti_')
    ? { kind: 'setup_intent', stored: account.get('setup_intent', intentId) }
    : { kind: 'payment_intent', stored: account.get('payment_intent', intentId) };
}

/** The question, if it is still the one that was asked. */
export function openChallenge({ stored }: Waiting, challengeId: string): Challenge | undefined {
  const { challenge } = stored.hidden;
  return stored.shown.status === 'requires_action' && challenge?.id === challengeId ? challenge : undefined;
}

/** What the customer told the bank; gives whether the payment may go on. */
export function answerChallenge(account: Account, waiting: Waiting, outcome: Outcome): 'succeeded' | 'failed' {
  if (waiting.stored.shown.status !== 'requires_action')
    throw refuse.unexpectedState('The bank does not ask anything about this one.', waiting.stored.shown);
  if (outcome === 'approve') {
    const refusal =
      waiting.kind === 'setup_intent'
        ? finishSetup(account, waiting.stored)
        : chargeCard(account, waiting.stored, { wasAuthenticated: true });
    return refusal ? 'failed' : 'succeeded';
  }
  if (waiting.kind === 'setup_intent') failSetup(account, waiting.stored, deniedSetup);
  else askForAnotherCard(account, waiting.stored, { error: deniedPayment });
  return 'failed';
}

const deniedPayment = {
  type: 'invalid_request_error',
  code: 'payment_intent_authentication_failure',
  doc_url: 'https://docs.stripe.com/error-codes/payment-intent-authentication-failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
} as const;

const deniedSetup = {
  type: 'invalid_request_error',
  code: 'setup_intent_authentication_failure',
  message: 'The latest attempt to set up the payment method has failed because authentication failed.',
} as const;
