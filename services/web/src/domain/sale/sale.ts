import type { Cart, CreatedCart } from '@storefront/cart/contract';
import type { Address } from '@storefront/commerce/address';
import type { Money } from '@storefront/commerce/money';
import type { Order, OrderSummary, PlacedOrder } from '@storefront/order/contract';
import type { PaymentSettings } from '@storefront/payment/contract';
import type { Shipment, ShippingRate } from '@storefront/shipping/contract';
import type { z } from 'zod';

/** For whom a call is made: the address counts for the API's limits, the token says what may be seen. */
export type Shopper = { address: string; token: string | null };

/** What the API says no to, in its own words. `said` is the whole answer, where ids and SKUs may be looked for. */
export type Refusal = {
  status: number;
  code: string;
  detail: string;
  fields: { field: string; message: string }[];
  /** Seconds, where trying again makes sense. */
  retryAfter: number | null;
  said: string;
};

export type Answered<Value> = { value: Value } | { refusal: Refusal };

export type OrderWish = {
  cartId: string;
  cartVersion: number;
  expectedTotal: Money;
  email: string;
  address: Address;
  quote: string;
  paymentMethod?: string;
};

/** Carts, orders and payment as pages need them. A refusal is an answer; an API that is away is `unavailable`, thrown. */
export type Sale = {
  createCart(wish: { currency: string }, shopper: Shopper): Promise<Answered<CreatedCart>>;
  cart(cartId: string, shopper: Shopper): Promise<Answered<Cart>>;
  /** `version`: only if the cart has not changed since. */
  setUnits(
    item: { cartId: string; sku: string; units: number; version?: number },
    shopper: Shopper,
  ): Promise<Answered<Cart>>;
  removeItem(item: { cartId: string; sku: string }, shopper: Shopper): Promise<Answered<Cart>>;
  setCountry(cartId: string, country: string, shopper: Shopper): Promise<Answered<Cart>>;
  rates(
    to: { cartId: string; country: string; postcode: string },
    shopper: Shopper,
  ): Promise<Answered<{ items: ShippingRate[] }>>;
  paymentSettings(shopper: Shopper): Promise<Answered<PaymentSettings>>;
  placeOrder(wish: OrderWish, key: string, shopper: Shopper): Promise<Answered<PlacedOrder>>;
  orders(shopper: Shopper): Promise<Answered<{ items: z.infer<typeof OrderSummary>[] }>>;
  order(orderId: string, shopper: Shopper, options?: { waitFor: 'payment' }): Promise<Answered<Order>>;
  shipments(orderId: string, shopper: Shopper): Promise<Answered<{ items: Shipment[] }>>;
  pay(payment: { orderId: string; paymentMethod: string; key: string }, shopper: Shopper): Promise<Answered<Order>>;
  cancel(order: { orderId: string; reason: string }, shopper: Shopper): Promise<Answered<Order>>;
};

export const isRefused = <Value>(answer: Answered<Value>): answer is { refusal: Refusal } => 'refusal' in answer;

/** The value, or null for any refusal: where the page says the same whatever the reason is. */
export const valueOf = <Value>(answer: Answered<Value>): Value | null => (isRefused(answer) ? null : answer.value);
