/** What others may know of stock and offers. JSON-shaped: ISO strings, no Date, no bigint. */
import { ProductId, Sku, Slug } from '@storefront/commerce/ids';
import { Currency, Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { TaxCategory } from '@storefront/commerce/tax';
import { z } from 'zod';
import { Image } from '../contract.ts';

const Units = z.int().min(1).max(100_000);

/** `onHand = available + held + claimed`, and the sum of all movements. */
export const Stock = z
  .strictObject({
    sku: Sku,
    version: z.int().min(1),
    onHand: z.int().min(0).meta({ description: 'Units in the house' }),
    available: z.int().min(0).meta({ description: 'Units that can be ordered' }),
    held: z.int().min(0).meta({ description: 'Units of orders that are not confirmed yet' }),
    claimed: z.int().min(0).meta({ description: 'Units of confirmed orders, not handed over yet' }),
    lowAt: z.int().min(0).nullable().meta({ description: 'Available units at which stock counts as low' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Stock' });
export type Stock = z.infer<typeof Stock>;

export const MovementReason = z
  .enum(['received', 'counted', 'damaged', 'returned', 'sold'])
  .meta({ id: 'MovementReason', description: '"sold" is made by orders only' });

export const NewMovement = z
  .strictObject({
    units: z
      .int()
      .min(-100_000)
      .max(100_000)
      .refine((units) => units !== 0, 'must not be zero'),
    reason: MovementReason.exclude(['sold']),
    note: z.string().trim().min(1).max(200).exactOptional(),
    lowAt: z.int().min(0).max(100_000).exactOptional(),
  })
  .meta({ id: 'NewMovement' });
export type NewMovement = z.infer<typeof NewMovement>;

export const Movement = z
  .strictObject({
    movementId: z.uuid(),
    sku: Sku,
    units: z.int(),
    reason: MovementReason,
    note: z.string().nullable(),
    orderId: OrderId.nullable(),
    onHandAfter: z.int().min(0),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Movement', description: 'A change of what is in the house; the ledger is never rewritten' });
export type Movement = z.infer<typeof Movement>;

export const MovementList = z
  .strictObject({ items: z.array(Movement), nextCursor: z.string().nullable() })
  .meta({ id: 'MovementList' });

/** Of an order: each SKU once. */
export const HoldLines = z
  .array(z.strictObject({ sku: Sku, units: Units }))
  .min(1)
  .max(50)
  .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'must name each SKU once')
  .meta({ id: 'HoldLines' });
export type HoldLines = z.infer<typeof HoldLines>;

export const HoldRequest = z.strictObject({ lines: HoldLines }).meta({ id: 'HoldRequest' });

/** Of a refund: what of the order is back in the house. */
export const Restock = z.strictObject({ refundId: z.uuid(), lines: HoldLines }).meta({ id: 'Restock' });

export const Hold = z
  .strictObject({
    orderId: OrderId,
    state: z.enum(['held', 'claimed', 'released', 'shipped']),
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Hold' });
export type Hold = z.infer<typeof Hold>;

/** What a cart needs to know of a SKU; `offered` is false for one that is unknown, a draft, or has no price in the currency. */
export const Offer = z
  .strictObject({
    sku: Sku,
    offered: z.boolean(),
    productId: ProductId.nullable(),
    slug: Slug.nullable(),
    name: z.string().nullable(),
    options: z.record(z.string(), z.string()),
    image: Image.nullable(),
    price: Money.nullable(),
    taxCategory: TaxCategory,
    weightGrams: z.int().min(0),
    available: z.int().min(0),
  })
  .meta({ id: 'Offer' });
export type Offer = z.infer<typeof Offer>;

export const OfferQuery = z
  .strictObject({
    sku: z.union([Sku, z.array(Sku).min(1).max(50)]).transform((sku) => (Array.isArray(sku) ? sku : [sku])),
    currency: Currency,
  })
  .meta({ id: 'OfferQuery' });
export const OfferList = z.strictObject({ items: z.array(Offer) }).meta({ id: 'OfferList' });

/** Each with the id of its product as subject, but `stock.low`, whose subject is the SKU. */
export const productEvents = {
  'product.changed': { 1: z.strictObject({ productId: ProductId }) },
  'product.unpublished': { 1: z.strictObject({ productId: ProductId }) },
  'stock.low': { 1: z.strictObject({ sku: Sku, available: z.int().min(0) }) },
} as const;
