import type Stripe from 'stripe';
import { z } from 'zod';
import { newId, type Account, type StripeKinds } from '../account.ts';
import { docsOf, StripeError } from '../api/errors.ts';
import { address, changeMetadata, integer, metadata, toAddress, unsettable } from '../api/parameters.ts';
import { cardByName, cardByNumber, isLuhnValid, last4Of, type TestCard } from '../domain/cards.ts';

export const billingDetails = z.strictObject({
  address: address.exactOptional(),
  email: unsettable.exactOptional(),
  name: unsettable.exactOptional(),
  phone: unsettable.exactOptional(),
  tax_id: unsettable.exactOptional(),
});

/** What a card form sends. A number is looked at once and never kept. */
export const cardInput = z.strictObject({
  number: z.string().transform((value) => value.replaceAll(/[\s-]/g, '')),
  exp_month: integer,
  exp_year: integer,
  cvc: z.string().exactOptional(),
});

export const paymentMethodInput = {
  type: z.literal('card'),
  card: z.union([cardInput, z.strictObject({ token: z.string().startsWith('tok_') })]).exactOptional(),
  billing_details: billingDetails.exactOptional(),
  metadata: metadata.exactOptional(),
  allow_redisplay: z.enum(['always', 'limited', 'unspecified']).exactOptional(),
};
export const PaymentMethodInput = z.strictObject(paymentMethodInput);
export type PaymentMethodInput = z.infer<typeof PaymentMethodInput>;

/** A server sends numbers only by mistake; Stripe refuses them unless an account has asked for it. */
export function refuseRawNumber({ card }: PaymentMethodInput): void {
  if (card && 'number' in card)
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://docs.stripe.com/testing.',
    });
}

/** Which card it is, and until when it can be used. */
export function readCard(
  account: Account,
  { card }: PaymentMethodInput,
): { card: TestCard; month: number; year: number } {
  const thisYear = new Date(account.now * 1000).getUTCFullYear();
  if (!card) throw new StripeError(400, missingCard);
  if ('token' in card) {
    const named = cardByName(card.token.replace(/^tok_/, 'pm_card_'));
    if (!named)
      throw new StripeError(400, {
        ...missingCard,
        code: 'resource_missing',
        message: `No such token: '${card.token}'`,
      });
    return { card: named, month: 12, year: thisYear + 3 };
  }
  const year = card.exp_year < 100 ? 2000 + card.exp_year : card.exp_year;
  checkCard(account, { ...card, exp_year: year });
  const known = cardByNumber(card.number);
  if (!known) throw cardError('card_declined', liveCard, { decline_code: 'test_mode_live_card' });
  return { card: known, month: card.exp_month, year };
}

const missingCard = {
  type: 'invalid_request_error',
  code: 'parameter_missing',
  message: 'Missing required param: card.',
  param: 'card',
} as const;
const liveCard =
  'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://docs.stripe.com/testing.';

function checkCard(account: Account, card: z.infer<typeof cardInput>): void {
  const today = new Date(account.now * 1000);
  const isPast = card.exp_year * 12 + card.exp_month - 1 < today.getUTCFullYear() * 12 + today.getUTCMonth();
  if (!isLuhnValid(card.number))
    throw cardError('incorrect_number', 'Your card number is incorrect.', { param: 'number' });
  if (card.exp_month < 1 || card.exp_month > 12)
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", { param: 'exp_month' });
  if (isPast) throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", { param: 'exp_year' });
  if (card.cvc !== undefined && !/^\d{3,4}$/.test(card.cvc))
    throw cardError('invalid_cvc', "Your card's security code is invalid.", { param: 'cvc' });
}

export function cardError(
  code: string,
  message: string,
  more: { param?: string; decline_code?: string } = {},
): StripeError {
  return new StripeError(402, { type: 'card_error', code, message, doc_url: docsOf(code), ...more }, true);
}

export function toBillingDetails(
  given: z.infer<typeof billingDetails> | undefined,
): Stripe.PaymentMethod.BillingDetails {
  const { email, name, phone, tax_id: taxId } = given ?? {};
  return {
    address: toAddress(given?.address),
    email: email || null,
    name: name || null,
    phone: phone || null,
    tax_id: taxId || null,
  };
}

export function buildPaymentMethod(account: Account, input: PaymentMethodInput): StripeKinds['payment_method'] {
  const { card, month, year } = readCard(account, input);
  return {
    shown: {
      id: newId('pm'),
      object: 'payment_method',
      allow_redisplay: input.allow_redisplay ?? 'unspecified',
      billing_details: toBillingDetails(input.billing_details),
      card: showCard(card, month, year),
      created: account.now,
      customer: null,
      customer_account: null,
      livemode: false,
      metadata: changeMetadata({}, input.metadata),
      type: 'card',
    },
    hidden: { card: card.name, isSetUp: false, isUsed: false },
  };
}

export function showCard(card: TestCard, month: number, year: number): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
    country: 'US',
    display_brand: card.brand,
    exp_month: month,
    exp_year: year,
    fingerprint: `fp${last4Of(card)}${card.number.length}`,
    funding: card.funding,
    generated_from: null,
    last4: last4Of(card),
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}

/** A PaymentMethod by its id; one of the list of test cards is made anew each time it is named. */
export function takePaymentMethod(account: Account, id: string): StripeKinds['payment_method'] {
  if (!cardByName(id)) return account.get('payment_method', id, 'payment_method');
  const made = buildPaymentMethod(account, { type: 'card', card: { token: id.replace(/^pm_card_/, 'tok_') } });
  account.save('payment_method', made);
  return made;
}

export const cardOf = ({ hidden }: StripeKinds['payment_method']): TestCard => cardByName(hidden.card) as TestCard;
