import type Stripe from 'stripe';
import { z } from 'zod';
import { newId, type Account, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { changeMetadata, flag, integer, metadata, shipping, text, toShipping, unsettable } from '../api/parameters.ts';
import { randomId } from '../../simulator/objects.ts';
import { paymentMethodInput } from './payment-method.ts';

const captureMethod = z.enum(['automatic', 'automatic_async', 'manual']);

/** What create and update have in common. */
const described = {
  customer: text.exactOptional(),
  description: unsettable.exactOptional(),
  metadata: metadata.exactOptional(),
  payment_method: text.exactOptional(),
  payment_method_data: z.strictObject(paymentMethodInput).exactOptional(),
  payment_method_options: z
    .strictObject({
      card: z
        .strictObject({ request_three_d_secure: z.enum(['any', 'automatic', 'challenge']).exactOptional() })
        .exactOptional(),
    })
    .exactOptional(),
  receipt_email: unsettable.exactOptional(),
  setup_future_usage: z.enum(['on_session', 'off_session', '']).exactOptional(),
  shipping: shipping.exactOptional(),
  statement_descriptor: unsettable.exactOptional(),
  statement_descriptor_suffix: unsettable.exactOptional(),
  transfer_group: unsettable.exactOptional(),
};

/** What confirming takes; on create they come together with `confirm`. */
export const confirmParameters = {
  confirmation_token: text.exactOptional(),
  error_on_requires_action: flag.exactOptional(),
  off_session: flag.exactOptional(),
  return_url: z.url({ protocol: /^https?$/ }).exactOptional(),
  use_stripe_sdk: flag.exactOptional(),
};

export const CreateInput = z.strictObject({
  ...described,
  ...confirmParameters,
  amount: integer,
  currency: z
    .string()
    .regex(/^[a-zA-Z]{3}$/, 'Invalid currency')
    .toLowerCase(),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).exactOptional() })
    .exactOptional(),
  capture_method: captureMethod.default('automatic_async'),
  confirm: flag.default(false),
  confirmation_method: z.enum(['automatic', 'manual']).default('automatic'),
  payment_method_types: z.array(z.literal('card')).nonempty().exactOptional(),
});
export type CreateInput = z.infer<typeof CreateInput>;

export const UpdateInput = z.strictObject({ ...described, amount: integer.exactOptional() });
export type UpdateInput = z.infer<typeof UpdateInput>;

export const ConfirmInput = z.strictObject({
  ...confirmParameters,
  payment_method: described.payment_method,
  payment_method_data: described.payment_method_data,
  payment_method_options: described.payment_method_options,
  receipt_email: described.receipt_email,
  setup_future_usage: described.setup_future_usage,
  shipping: described.shipping,
  /** Sent by browsers, with the publishable key. */
  client_secret: text.exactOptional(),
});
export type ConfirmInput = z.infer<typeof ConfirmInput>;

const largestAmount = 99_999_999;
const smallestAmount = 50;

/** Stripe's least amount differs by currency; here it is 50 minor units for all. */
export function checkAmount(amount: number): number {
  if (amount < 1) throw refuse.invalidParameter('amount', 'This value must be greater than or equal to 1.');
  if (amount < smallestAmount)
    throw refuse.notPossible(`Amount must be at least ${smallestAmount} minor units.`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  if (amount > largestAmount)
    throw refuse.notPossible(`Amount must be no more than ${largestAmount}.`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  return amount;
}

export function buildPaymentIntent(account: Account, input: CreateInput): StripeKinds['payment_intent'] {
  const id = newId('pi');
  const shown: Stripe.PaymentIntent = {
    ...nothingOfThese,
    id,
    object: 'payment_intent',
    amount: checkAmount(input.amount),
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    automatic_payment_methods: automaticOf(input),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.capture_method,
    client_secret: randomId(`${id}_secret_`, 25),
    confirmation_method: input.confirmation_method,
    created: account.now,
    currency: input.currency,
    customer: null,
    description: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: {},
    next_action: null,
    payment_method: null,
    payment_method_options: { card: optionsOf(undefined) },
    payment_method_types: ['card'],
    receipt_email: null,
    setup_future_usage: null,
    shipping: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  };
  return { shown: describe(shown, input), hidden: { challenge: null, offSession: false } };
}

/** Parts of Stripe that are not simulated. */
const nothingOfThese = {
  allowed_payment_method_types: null,
  application: null,
  application_fee_amount: null,
  customer_account: null,
  excluded_payment_method_types: null,
  managed_payments: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_record: null,
  processing: null,
  review: null,
  source: null,
  transfer_data: null,
} as const;

/** Methods are automatic unless the types are named. https://docs.stripe.com/api/payment_intents/create */
function automaticOf(input: CreateInput): Stripe.PaymentIntent.AutomaticPaymentMethods | null {
  if (input.payment_method_types) return null;
  const { enabled = true, allow_redirects: redirects = 'always' } = input.automatic_payment_methods ?? {};
  return enabled ? { enabled, allow_redirects: redirects } : null;
}

const optionsOf = (request: Stripe.PaymentIntent.PaymentMethodOptions.Card.RequestThreeDSecure | undefined) => ({
  installments: null,
  mandate_options: null,
  network: null,
  request_three_d_secure: request ?? ('automatic' as const),
});

/** Sets what is given, leaves the rest. */
export function describe(
  intent: Stripe.PaymentIntent,
  input: Partial<CreateInput & UpdateInput>,
): Stripe.PaymentIntent {
  const given = <Name extends keyof typeof input>(name: Name, change: object) =>
    input[name] === undefined ? {} : change;
  return {
    ...intent,
    ...given('customer', { customer: input.customer }),
    ...given('description', { description: input.description || null }),
    ...given('receipt_email', { receipt_email: input.receipt_email || null }),
    ...given('setup_future_usage', { setup_future_usage: input.setup_future_usage || null }),
    ...given('statement_descriptor', { statement_descriptor: input.statement_descriptor || null }),
    ...given('statement_descriptor_suffix', { statement_descriptor_suffix: input.statement_descriptor_suffix || null }),
    ...given('transfer_group', { transfer_group: input.transfer_group || null }),
    ...given('payment_method_options', {
      payment_method_options: { card: optionsOf(input.payment_method_options?.card?.request_three_d_secure) },
    }),
    ...(input.shipping ? { shipping: toShipping(input.shipping) } : {}),
    metadata: changeMetadata(intent.metadata, input.metadata),
  };
}
