import type Stripe from 'stripe';
import { z } from 'zod';
import { newId, type Account, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { shipping, text, toShipping } from '../api/parameters.ts';
import { paymentMethodInput, readCard, showCard, toBillingDetails } from '../objects/payment-method.ts';

export const ConfirmationTokenInput = z.strictObject({
  payment_method: text.exactOptional(),
  payment_method_data: z.strictObject(paymentMethodInput).exactOptional(),
  return_url: z.url({ protocol: /^https?$/ }).exactOptional(),
  setup_future_usage: z.enum(['on_session', 'off_session']).exactOptional(),
  shipping: shipping.exactOptional(),
});

const livesSeconds = 12 * 60 * 60;

/** What a form collected, before it is used: https://docs.stripe.com/api/confirmation_tokens */
export function buildConfirmationToken(
  account: Account,
  input: z.infer<typeof ConfirmationTokenInput>,
): StripeKinds['confirmation_token'] {
  const data = input.payment_method_data ?? {
    type: 'card' as const,
    card: { token: (input.payment_method ?? '').replace(/^pm_card_/, 'tok_') },
  };
  const { card, month, year } = readCard(account, data);
  return {
    shown: {
      id: newId('ctoken'),
      object: 'confirmation_token',
      created: account.now,
      expires_at: account.now + livesSeconds,
      livemode: false,
      mandate_data: null,
      metadata: null,
      payment_intent: null,
      payment_method_options: null,
      payment_method_preview: {
        billing_details: toBillingDetails(data.billing_details),
        card: showCard(card, month, year) as unknown as Stripe.ConfirmationToken.PaymentMethodPreview.Card,
        customer: null,
        customer_account: null,
        type: 'card',
      },
      return_url: input.return_url ?? null,
      setup_future_usage: input.setup_future_usage ?? null,
      setup_intent: null,
      shipping: input.shipping ? toShipping(input.shipping) : null,
      use_stripe_sdk: true,
    } as Stripe.ConfirmationToken,
    hidden: { card: card.name, isUsed: false },
  };
}

/** Turns a token into a PaymentMethod; a token serves once. */
export function takeConfirmationToken(account: Account, id: string, intentId: string) {
  const token = account.get('confirmation_token', id, 'confirmation_token');
  if (token.hidden.isUsed || (token.shown.expires_at ?? 0) <= account.now)
    throw refuse.notPossible('This ConfirmationToken has already been used or has expired.', {
      param: 'confirmation_token',
    });
  account.save('confirmation_token', {
    shown: { ...token.shown, [intentId.startsWith('seti_') ? 'setup_intent' : 'payment_intent']: intentId },
    hidden: { ...token.hidden, isUsed: true },
  });
  const preview = token.shown.payment_method_preview;
  const paymentMethod: StripeKinds['payment_method'] = {
    shown: {
      id: newId('pm'),
      object: 'payment_method',
      allow_redisplay: 'unspecified',
      billing_details: preview?.billing_details as Stripe.PaymentMethod.BillingDetails,
      card: preview?.card as unknown as Stripe.PaymentMethod.Card,
      created: account.now,
      customer: null,
      customer_account: null,
      livemode: false,
      metadata: {},
      type: 'card',
    },
    hidden: { card: token.hidden.card, isSetUp: false, isUsed: false },
  };
  account.save('payment_method', paymentMethod);
  return { paymentMethod, returnUrl: token.shown.return_url };
}
