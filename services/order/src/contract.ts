/** What others may know of orders. JSON-shaped: ISO strings, no Date, no bigint. */
import { Address } from '@storefront/commerce/address';
import { BuyerId } from '@storefront/commerce/guest-tokens';
import { ProductId, Sku, Slug } from '@storefront/commerce/ids';
import { Currency, Money } from '@storefront/commerce/money';
import { OrderId, OrderNumber } from '@storefront/commerce/order-ids';
import { LineTotals, Totals } from '@storefront/commerce/totals';
import { CartId } from '@storefront/cart/contract';
import { Decline, NextAction, PaymentMethodRef } from '@storefront/payment/contract';
import { Image } from '@storefront/product/contract';
import { z } from 'zod';

export const OrderStatus = z.enum(['open', 'completed', 'cancelled']).meta({ id: 'OrderStatus' });
export const OrderPaymentStatus = z
  .enum(['pending', 'authorized', 'paid', 'partly-refunded', 'refunded', 'failed'])
  .meta({ id: 'OrderPaymentStatus' });
export const FulfilmentStatus = z
  .enum(['none', 'partial', 'shipped', 'delivered', 'returned'])
  .meta({ id: 'FulfilmentStatus' });

/** Where the order stands between its steps; what a customer reads are the three statuses. */
export const OrderState = z
  .enum([
    'placed',
    'stock-reserved',
    'awaiting-payment',
    'authorized',
    'confirmed',
    'labelled',
    'captured',
    'handed-over',
    'delivered',
    'cancelling',
    'cancelled',
    'needs-review',
  ])
  .meta({ id: 'OrderState' });
export type OrderState = z.infer<typeof OrderState>;

export const NewOrder = z
  .strictObject({
    cartId: CartId,
    cartVersion: z.int().min(1),
    expectedTotal: Money.meta({ description: 'What the customer was shown, shipping included' }),
    email: z.email().max(254),
    address: Address,
    quote: z.string().min(1).max(2000).meta({ description: 'Of the shipping rate that was chosen' }),
    paymentMethod: PaymentMethodRef.exactOptional().meta({ description: 'None: the card comes with POST …/payments' }),
  })
  .meta({ id: 'NewOrder' });
export type NewOrder = z.infer<typeof NewOrder>;

export const OrderLine = z
  .strictObject({
    line: z.int().min(1),
    sku: Sku,
    productId: ProductId,
    slug: Slug,
    name: z.string(),
    options: z.record(z.string(), z.string()),
    image: Image.nullable(),
    units: z.int().min(1),
    refundedUnits: z.int().min(0),
    unitPrice: Money,
    totals: LineTotals,
  })
  .meta({ id: 'OrderLine' });

export const OrderRefund = z
  .strictObject({
    refundId: z.uuid(),
    amount: Money,
    status: z.enum(['pending', 'succeeded', 'failed']),
    lines: z.array(z.strictObject({ line: z.int(), units: z.int().min(1) })),
    at: z.iso.datetime(),
  })
  .meta({ id: 'OrderRefund' });

export const Order = z
  .strictObject({
    orderId: OrderId,
    number: OrderNumber,
    buyerId: BuyerId,
    cartId: CartId,
    version: z.int().min(1),
    state: OrderState,
    status: OrderStatus,
    paymentStatus: OrderPaymentStatus,
    fulfilmentStatus: FulfilmentStatus,
    currency: Currency,
    lines: z.array(OrderLine),
    shipping: z.strictObject({ name: z.string(), totals: LineTotals }),
    totals: Totals,
    email: z.string(),
    address: Address,
    payment: z.strictObject({
      nextAction: NextAction.nullable(),
      decline: Decline.nullable(),
      attempts: z.int().min(0),
      payBefore: z.iso.datetime().nullable().meta({ description: 'Another card may come until then' }),
    }),
    cancellation: z.strictObject({ reason: z.string(), wantedAt: z.iso.datetime() }).nullable(),
    refunds: z.array(OrderRefund),
    history: z.array(z.strictObject({ sequence: z.int(), what: z.string(), at: z.iso.datetime() })),
    placedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;

/** The token goes into `Authorization: Bearer …`, or into the link of a mail; it opens this order only. */
export const PlacedOrder = Order.extend({ orderToken: z.string() }).meta({ id: 'PlacedOrder' });
export type PlacedOrder = z.infer<typeof PlacedOrder>;

export const OrderSummary = Order.pick({
  orderId: true,
  number: true,
  status: true,
  paymentStatus: true,
  fulfilmentStatus: true,
  totals: true,
  placedAt: true,
}).meta({ id: 'OrderSummary' });
export const OrderList = z
  .strictObject({ items: z.array(OrderSummary), nextCursor: z.string().nullable() })
  .meta({ id: 'OrderList' });

export const OrderQuery = z.strictObject({ waitFor: z.literal('payment').exactOptional() });
export const NewPayment = z.strictObject({ paymentMethod: PaymentMethodRef }).meta({ id: 'NewPayment' });
export const CancelOrder = z
  .strictObject({ reason: z.string().trim().min(1).max(200).exactOptional() })
  .meta({ id: 'CancelOrder' });
export const NewOrderRefund = z
  .strictObject({
    lines: z
      .array(z.strictObject({ line: z.int().min(1), units: z.int().min(1) }))
      .max(50)
      .refine((lines) => new Set(lines.map(({ line }) => line)).size === lines.length, 'must name each line once')
      .exactOptional()
      .meta({ description: 'Each line once; all that is left, shipping too, unless given' }),
    restock: z
      .boolean()
      .default(false)
      .meta({ description: 'These units have come back and can be sold again: only once the parcel has left' }),
    reason: z.string().trim().min(1).max(200),
  })
  .meta({ id: 'NewOrderRefund' });

const About = z.strictObject({ orderId: OrderId });
/** Subject: the order's id. */
export const orderEvents = {
  'order.placed': { 1: About },
  'order.confirmed': { 1: About },
  'order.captured': { 1: About },
  'order.shipped': { 1: About },
  'order.delivered': { 1: About },
  'order.cancelled': { 1: About },
  'order.refunded': { 1: About },
} as const;
