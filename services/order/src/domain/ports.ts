import type { Cart } from '@storefront/cart/contract';
import type { OrderId } from '@storefront/commerce/order-ids';
import type { Money } from '@storefront/commerce/money';
import type { Authorization, Payment } from '@storefront/payment/contract';
import type { Hold, HoldLines } from '@storefront/product/contract/stock';
import type { ParcelRequest, Shipment } from '@storefront/shipping/contract';
import type { Quote, QuoteSubject } from '@storefront/shipping/contract/quote';

/** What an order needs of others. All of it may be asked again: nobody does twice what was asked twice. Away is `unavailable`. */
export type Carts = {
  /** With today's prices; undefined when there is none. */
  contents(cartId: string): Promise<Cart | undefined>;
};

/** What is missing: how many units of a SKU there are to be had. */
export type Shortage = { outOfStock: readonly { sku: string; message: string }[] };

export type Stock = {
  reserve(orderId: OrderId, lines: HoldLines): Promise<Hold | Shortage>;
  /** Holds again what is not held any more. */
  claim(orderId: OrderId, lines: HoldLines): Promise<Hold | Shortage>;
  release(orderId: OrderId, lines: HoldLines): Promise<Hold>;
  /** Undefined when the goods are not claimed. */
  ship(orderId: OrderId, lines: HoldLines): Promise<Hold | undefined>;
  /** False when they cannot be put back: a SKU that is gone. */
  restock(orderId: OrderId, refundId: string, lines: HoldLines): Promise<boolean>;
};

export type Payments = {
  authorize(orderId: OrderId, authorization: Authorization): Promise<Payment>;
  /** `fresh`: as Stripe has it now. Undefined when nothing was ever asked of it. */
  find(orderId: OrderId, options?: { fresh?: boolean }): Promise<Payment | undefined>;
  capture(orderId: OrderId, amount: Money): Promise<Payment>;
  cancel(orderId: OrderId): Promise<Payment | undefined>;
  refund(orderId: OrderId, refundId: string, refund: { amount: Money; reason: string }): Promise<Payment>;
};

export type Parcels = {
  buy(orderId: OrderId, parcel: number, request: ParcelRequest): Promise<Shipment>;
  find(orderId: OrderId, options?: { fresh?: boolean }): Promise<Shipment[]>;
  voidLabel(orderId: OrderId, parcel: number): Promise<Shipment | undefined>;
  handOver(orderId: OrderId, parcel: number): Promise<Shipment>;
};

/** What shipping has signed; it is not asked. */
export type Quotes = { read(text: string, subject: QuoteSubject, now: Date): Quote | 'expired' | 'mismatch' };

/** Everybody whom the saga works with. */
export type Participants = { stock: Stock; payments: Payments; parcels: Parcels };

/** The process may be killed here: a test that waits at the point does so. In the shop nothing happens. */
export type Interrupt = (point: string) => Promise<void> | void;
