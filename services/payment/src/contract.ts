/** What others may know of payments. JSON-shaped: ISO strings, no Date, no bigint. */
import { Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { z } from 'zod';

/**
 * `new` nothing is known to Stripe yet · `requires-method` a card is wanted, also after a decline · `requires-action` the bank asks
 * its customer · `processing` an outcome is not known yet · `authorized` money is reserved · `captured` · `canceled`, for good.
 */
export const PaymentStatus = z
  .enum(['new', 'requires-method', 'requires-action', 'processing', 'authorized', 'captured', 'canceled'])
  .meta({ id: 'PaymentStatus' });
export type PaymentStatus = z.infer<typeof PaymentStatus>;

/** A PaymentMethod of Stripe: `pm_…`, or a confirmation token of the Payment Element, `ctoken_…`. */
export const PaymentMethodRef = z
  .string()
  .regex(/^(pm|ctoken)_[A-Za-z0-9_]{1,100}$/, 'must be the id of a payment method, pm_…')
  .meta({ id: 'PaymentMethodRef' });

export const NextAction = z
  .strictObject({ type: z.literal('redirect'), url: z.url() })
  .meta({ id: 'NextAction', description: 'Where the customer must go to satisfy the bank' });
export type NextAction = z.infer<typeof NextAction>;

export const Decline = z
  .strictObject({ code: z.string(), message: z.string() })
  .meta({ id: 'Decline', description: 'Why a card was refused; the message is for the customer' });

export const Refund = z
  .strictObject({
    refundId: z.uuid(),
    amount: Money,
    status: z.enum(['pending', 'succeeded', 'failed']),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Refund' });

export const Payment = z
  .strictObject({
    orderId: OrderId,
    version: z.int().min(1),
    status: PaymentStatus,
    amount: Money,
    attempt: z.int().min(0).meta({ description: 'Number of the newest card that was tried; 0 before the first' }),
    nextAction: NextAction.nullable(),
    decline: Decline.nullable(),
    captureBefore: z.iso.datetime().nullable(),
    captured: Money.nullable(),
    refunds: z.array(Refund),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof Payment>;

/**
 * One card for one order. The same attempt again is the same call; a higher number is another card. `returnUrl` is where the bank
 * sends the customer back to.
 */
export const Authorization = z
  .strictObject({
    amount: Money,
    attempt: z.int().min(1).max(20),
    method: PaymentMethodRef,
    returnUrl: z.url(),
    description: z.string().max(200).meta({ description: 'For the statement: the number of the order' }),
  })
  .meta({ id: 'Authorization' });
export type Authorization = z.infer<typeof Authorization>;

export const NewRefund = z.strictObject({ amount: Money, reason: z.string().max(200) }).meta({ id: 'NewRefund' });

/** For the browser: whose script shows the form for a card. */
export const PaymentSettings = z
  .strictObject({ provider: z.literal('stripe'), publishableKey: z.string(), scriptUrl: z.url() })
  .meta({ id: 'PaymentSettings' });
export type PaymentSettings = z.infer<typeof PaymentSettings>;

/** Subject: the order's id. Only what a command's reply did not tell: what moved at Stripe by itself. */
export const paymentEvents = {
  'payment.changed': { 1: z.strictObject({ orderId: OrderId, status: PaymentStatus }) },
} as const;

/** Events of Stripe that may tell something new of money: what the webhook endpoint subscribes to, and all that is acted on. */
export const stripeEventTypes = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'refund.created',
  'refund.failed',
  'refund.updated',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
] as const;
