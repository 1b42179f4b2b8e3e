import type Stripe from 'stripe';
import { z } from 'zod';
import { randomId } from '../../simulator/objects.ts';
import { idOf, newId, type Account, type Challenge, type StripeKinds } from '../account.ts';
import { docsOf, refuse, StripeError, type ErrorBody } from '../api/errors.ts';
import { changeMetadata, flag, metadata, text, unsettable } from '../api/parameters.ts';
import { confirmParameters } from '../objects/payment-intent.ts';
import { cardOf, paymentMethodInput } from '../objects/payment-method.ts';
import { choosePaymentMethod, nextActionOf, type Caller } from './confirm.ts';
import { takeConfirmationToken } from './confirmation-token.ts';

const {
  confirmation_token: confirmationToken,
  return_url: returnUrl,
  use_stripe_sdk: useStripeSdk,
} = confirmParameters;
const confirming = {
  confirmation_token: confirmationToken,
  return_url: returnUrl,
  use_stripe_sdk: useStripeSdk,
  payment_method: text.exactOptional(),
  payment_method_data: z.strictObject(paymentMethodInput).exactOptional(),
};

export const SetupInput = z.strictObject({
  ...confirming,
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).exactOptional() })
    .exactOptional(),
  confirm: flag.default(false),
  customer: text.exactOptional(),
  description: unsettable.exactOptional(),
  metadata: metadata.exactOptional(),
  payment_method_types: z.array(z.literal('card')).nonempty().exactOptional(),
  usage: z.enum(['on_session', 'off_session']).default('off_session'),
});
export type SetupInput = z.infer<typeof SetupInput>;

export const SetupConfirmInput = z.strictObject({ ...confirming, client_secret: text.exactOptional() });
export type SetupConfirmInput = z.infer<typeof SetupConfirmInput>;

export function buildSetupIntent(account: Account, input: SetupInput): StripeKinds['setup_intent'] {
  const id = newId('seti');
  const redirects = input.automatic_payment_methods?.allow_redirects ?? 'always';
  const isAutomatic = input.payment_method_types === undefined && input.automatic_payment_methods?.enabled !== false;
  const shown: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: isAutomatic ? { enabled: true, allow_redirects: redirects } : null,
    cancellation_reason: null,
    client_secret: randomId(`${id}_secret_`, 25),
    created: account.now,
    customer: input.customer ?? null,
    customer_account: null,
    description: input.description || null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: changeMetadata({}, input.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: input.usage,
  } as Stripe.SetupIntent;
  return { shown, hidden: { challenge: null } };
}

/** Saves a card for later; the bank may ask the customer first. */
export function confirmSetup(
  account: Account,
  stored: StripeKinds['setup_intent'],
  input: SetupConfirmInput,
  caller: Caller,
): StripeError | undefined {
  const { shown: intent } = stored;
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status))
    throw refuse.unexpectedState(
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      intent,
    );
  const token = input.confirmation_token && takeConfirmationToken(account, input.confirmation_token, intent.id);
  const paymentMethod = token ? token.paymentMethod : choosePaymentMethod(account, intent, input, caller);
  const chosen: StripeKinds['setup_intent'] = {
    shown: { ...intent, payment_method: paymentMethod.shown.id, last_setup_error: null },
    hidden: { challenge: null },
  };
  account.save('setup_intent', chosen);
  if (cardOf(paymentMethod).authentication === 'never') return finishSetup(account, chosen);
  const challenge: Challenge = { id: newId('src'), returnUrl: input.return_url ?? (token ? token.returnUrl : null) };
  const usesSdk = input.use_stripe_sdk ?? challenge.returnUrl === null;
  const waiting: Stripe.SetupIntent = {
    ...chosen.shown,
    next_action: nextActionOf(account, intent.id, challenge, usesSdk),
    status: 'requires_action',
  };
  account.save('setup_intent', { shown: waiting, hidden: { challenge } });
  account.emit('setup_intent.requires_action', waiting);
  return undefined;
}

export function finishSetup(account: Account, stored: StripeKinds['setup_intent']): StripeError | undefined {
  const paymentMethod = account.get('payment_method', idOf(stored.shown.payment_method) ?? '');
  const card = cardOf(paymentMethod);
  if (card.charge !== 'approved' && card.attach !== 'approved') {
    const { code, declineCode, message } = card.charge;
    return failSetup(account, stored, { type: 'card_error', code, decline_code: declineCode, message } as never);
  }
  const customer = idOf(stored.shown.customer);
  account.save('payment_method', {
    shown: { ...paymentMethod.shown, customer: customer ?? paymentMethod.shown.customer },
    hidden: { ...paymentMethod.hidden, isSetUp: true },
  });
  const shown: Stripe.SetupIntent = { ...stored.shown, next_action: null, status: 'succeeded' };
  account.save('setup_intent', { shown, hidden: { challenge: null } });
  account.emit('setup_intent.succeeded', shown);
  if (customer !== null)
    account.emit('payment_method.attached', account.get('payment_method', paymentMethod.shown.id).shown);
  return undefined;
}

export function failSetup(
  account: Account,
  stored: StripeKinds['setup_intent'],
  error: Stripe.SetupIntent.LastSetupError,
): StripeError {
  const shown: Stripe.SetupIntent = {
    ...stored.shown,
    last_setup_error: { ...error, ...(error.code ? { doc_url: docsOf(error.code) } : {}) },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  account.save('setup_intent', { shown, hidden: { challenge: null } });
  account.emit('setup_intent.setup_failed', shown);
  return new StripeError(402, { ...error, setup_intent: shown } as ErrorBody);
}
