import type Stripe from 'stripe';
import { idOf, newId, type Account, type Challenge, type StripeKinds } from '../account.ts';
import { refuse, type StripeError } from '../api/errors.ts';
import { needsAuthentication } from '../domain/cards.ts';
import { describe, type ConfirmInput } from '../objects/payment-intent.ts';
import {
  buildPaymentMethod,
  cardOf,
  refuseRawNumber,
  takePaymentMethod,
  type PaymentMethodInput,
} from '../objects/payment-method.ts';
import { takeConfirmationToken } from './confirmation-token.ts';
import { chargeCard } from './charge-card.ts';

/** Who may send a card number: browsers, by the publishable key. */
export type Caller = 'secret' | 'publishable';

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const authenticationRequired = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** One try to pay. Returns the refusal where the bank declines; the intent is written either way. */
export function confirmPayment(
  account: Account,
  stored: StripeKinds['payment_intent'],
  input: ConfirmInput,
  caller: Caller,
): StripeError | undefined {
  const { shown: intent } = stored;
  if (!confirmable.includes(intent.status))
    throw refuse.unexpectedState(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      intent,
    );
  checkReturnUrl(intent, input, caller);
  const { paymentMethod, returnUrl } = choose(account, intent, input, caller);
  checkReuse(paymentMethod, intent);
  const offSession = input.off_session ?? false;
  const chosen: StripeKinds['payment_intent'] = {
    shown: {
      ...describe(intent, input),
      payment_method: paymentMethod.shown.id,
      last_payment_error: null,
      next_action: null,
    },
    hidden: { challenge: null, offSession },
  };
  account.save('payment_intent', chosen);

  if (!asksTheBank(intent, input, paymentMethod, offSession))
    return chargeCard(account, chosen, { wasAuthenticated: false });
  if (offSession || input.error_on_requires_action)
    return chargeCard(account, chosen, { wasAuthenticated: false, decline: authenticationRequired });
  startChallenge(account, chosen, { returnUrl, usesSdk: input.use_stripe_sdk ?? returnUrl === null });
  return undefined;
}

type Choice = { paymentMethod: StripeKinds['payment_method']; returnUrl: string | null };

function choose(account: Account, intent: Stripe.PaymentIntent, input: ConfirmInput, caller: Caller): Choice {
  const returnUrl = input.return_url ?? null;
  if (input.confirmation_token === undefined)
    return { paymentMethod: choosePaymentMethod(account, intent, input, caller), returnUrl };
  const token = takeConfirmationToken(account, input.confirmation_token, intent.id);
  return { paymentMethod: token.paymentMethod, returnUrl: returnUrl ?? token.returnUrl };
}

function asksTheBank(
  intent: Stripe.PaymentIntent,
  input: ConfirmInput,
  paymentMethod: StripeKinds['payment_method'],
  offSession: boolean,
): boolean {
  const asked = describe(intent, input).payment_method_options?.card?.request_three_d_secure;
  const isWanted = asked === 'any' || asked === 'challenge';
  return isWanted || needsAuthentication(cardOf(paymentMethod), { isSetUp: paymentMethod.hidden.isSetUp, offSession });
}

/** What a method could need must be given before it is known whether it does. */
function checkReturnUrl(intent: Stripe.PaymentIntent, input: ConfirmInput, caller: Caller): void {
  const mayRedirect = intent.automatic_payment_methods?.allow_redirects === 'always';
  const isGiven = input.return_url !== undefined || input.confirmation_token !== undefined || input.use_stripe_sdk;
  if (mayRedirect && !isGiven && caller === 'secret' && !input.off_session)
    throw refuse.notPossible(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
}

/** The named one, the card that came with the request, or the one that was named before. */
export function choosePaymentMethod(
  account: Account,
  intent: { object: string; status: string; payment_method: unknown },
  input: { payment_method?: string; payment_method_data?: PaymentMethodInput },
  caller: Caller,
): StripeKinds['payment_method'] {
  if (input.payment_method_data) {
    if (caller === 'secret') refuseRawNumber(input.payment_method_data);
    const made = buildPaymentMethod(account, input.payment_method_data);
    account.save('payment_method', made);
    return made;
  }
  const id = input.payment_method ?? idOf(intent.payment_method);
  if (id) return takePaymentMethod(account, id);
  const noun = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
  throw refuse.unexpectedState(
    `You cannot confirm this ${noun} because it's missing a payment method. You can either update the ${noun} with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.`,
    intent,
  );
}

function checkReuse({ shown, hidden }: StripeKinds['payment_method'], intent: Stripe.PaymentIntent): void {
  if (hidden.isUsed && shown.customer === null)
    throw refuse.notPossible(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    );
  if (shown.customer !== null && shown.customer !== idOf(intent.customer))
    throw refuse.notPossible(
      'The provided PaymentMethod cannot be attached. To reuse a PaymentMethod, you must pass the Customer that it belongs to.',
      { param: 'payment_method' },
    );
}

function startChallenge(
  account: Account,
  stored: StripeKinds['payment_intent'],
  { returnUrl, usesSdk }: { returnUrl: string | null; usesSdk: boolean },
): void {
  const challenge: Challenge = { id: newId('src'), returnUrl };
  const waiting: Stripe.PaymentIntent = {
    ...stored.shown,
    next_action: nextActionOf(account, stored.shown.id, challenge, usesSdk),
    status: 'requires_action',
  };
  account.save('payment_intent', { shown: waiting, hidden: { ...stored.hidden, challenge } });
  account.emit('payment_intent.requires_action', waiting);
}

/** Where the browser goes: away and back by `return_url`, or by Stripe.js in a frame. */
export function nextActionOf(account: Account, intentId: string, challenge: Challenge, usesSdk: boolean) {
  const url = `${account.url()}/challenge/${intentId}/${challenge.id}`;
  return usesSdk
    ? {
        type: 'use_stripe_sdk',
        use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: `${url}?frame=1`, source: challenge.id },
      }
    : { type: 'redirect_to_url', redirect_to_url: { return_url: challenge.returnUrl, url } };
}
