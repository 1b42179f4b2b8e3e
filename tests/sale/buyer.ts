import { randomUUID } from 'node:crypto';

import type { Cart, CreatedCart } from '@storefront/cart/contract';
import type { NewOrder, Order, PlacedOrder } from '@storefront/order/contract';
import type { ShippingRates } from '@storefront/shipping/contract';
import type { z } from 'zod';

import { eventually } from '../cluster/cluster.ts';
import { expectStatus, type Api, type Ask, type Reply } from './api.ts';

export type Goods = readonly { sku: string; units: number }[];
export type Problem = { code?: string; orderId?: string; detail?: string };
export type NewOrderBody = z.infer<typeof NewOrder>;

export const home = {
  name: 'Ada Buyer',
  line1: 'Hauptstrasse 5',
  postcode: '10115',
  city: 'Berlin',
  country: 'DE',
  phone: '+49 30 1234567',
} as const;

/** Cards of Stripe's test list that a server may name. */
export const cards = {
  good: 'pm_card_visa',
  challenged: 'pm_card_threeDSecure2Required',
  declined: 'pm_card_chargeDeclined',
} as const;

/** A guest who has filled a cart and chosen how it is sent; `order` is what is left to say. */
export type Checkout = { cart: Cart; cartToken: string; order: NewOrderBody };

export async function fillCart(api: Api, goods: Goods): Promise<{ cart: Cart; cartToken: string }> {
  const { cartToken, ...created } = expectStatus(
    await api.insist<CreatedCart>({ method: 'POST', path: '/api/carts', body: { currency: 'EUR', country: 'DE' } }),
    201,
  );
  let cart: Cart = created;
  for (const { sku, units } of goods) {
    const path = `/api/carts/${cart.cartId}/items/${sku}`;
    cart = expectStatus(await api.insist<Cart>({ method: 'PUT', path, token: cartToken, body: { units } }), 200);
  }
  return { cart, cartToken };
}

export async function ratesFor(api: Api, { cart, cartToken }: { cart: Cart; cartToken: string }) {
  const query = new URLSearchParams({ cartId: cart.cartId, country: home.country, postcode: home.postcode });
  const rates = await api.insist<z.infer<typeof ShippingRates>>({
    path: `/api/shipping-rates?${query.toString()}`,
    token: cartToken,
  });
  return expectStatus(rates, 200).items;
}

/** From the shelf to the button; the cheapest way of sending is chosen. */
export async function prepareCheckout(api: Api, goods: Goods, card?: string): Promise<Checkout> {
  const { cart, cartToken } = await fillCart(api, goods);
  const rates = await ratesFor(api, { cart, cartToken });
  const rate = rates.toSorted((a, b) => a.price.amountMinor - b.price.amountMinor)[0];
  if (!rate) throw new Error('the carrier offers nothing');
  const { total } = cart.totals;
  const order: NewOrderBody = {
    cartId: cart.cartId,
    cartVersion: cart.version,
    expectedTotal: { ...total, amountMinor: total.amountMinor + rate.price.amountMinor },
    email: `ada-${cart.cartId.slice(0, 8)}@example.com`,
    address: { ...home },
    quote: rate.quote,
    ...(card && { paymentMethod: card }),
  };
  return { cart, cartToken, order };
}

/** A press of the button; with the same key it is the same press. */
export function pressOf({ cartToken: token, order: body }: Checkout, key: string): Ask {
  return { method: 'POST', path: '/api/orders', token, key, body };
}

/** Presses it, again and again, until there is an answer that stands; where that is that it became no order, as another press. */
export async function insistOnOrder(
  api: Api,
  checkout: Checkout,
  { key = randomUUID() as string, withinMs = 60_000 } = {},
): Promise<Reply<PlacedOrder & Problem>> {
  const reply = await api.insist<PlacedOrder & Problem>(pressOf(checkout, key), { withinMs });
  return reply.body?.code === 'order-not-placed' ? insistOnOrder(api, checkout, { withinMs }) : reply;
}

/** Who has an order's link. */
export type Holder = Pick<PlacedOrder, 'orderId' | 'orderToken'>;

export async function readOrder(api: Api, { orderId, orderToken: token }: Holder): Promise<Order> {
  return expectStatus(await api.insist<Order>({ path: `/api/orders/${orderId}`, token }), 200);
}

/** Resolves once the customer's bank wants to hear from the customer. */
export function bankAsks(api: Api, holder: Holder, { within = 30_000 } = {}): Promise<void> {
  return eventually(
    async () => {
      const { payment, state } = await readOrder(api, holder);
      if (payment.nextAction?.type !== 'redirect') throw new Error(`no bank asks about ${holder.orderId} (${state})`);
    },
    { within },
  );
}

/** The order once it is as asked; at the deadline it says what it was last. */
export function orderBecomes(
  api: Api,
  holder: Holder,
  { states, within = 30_000 }: { states: readonly string[]; within?: number },
): Promise<Order> {
  return eventually(
    async () => {
      const order = await readOrder(api, holder);
      if (states.includes(order.state)) return order;
      throw new Error(`order ${order.orderId} is ${order.state} (${order.paymentStatus}), not ${states.join(' or ')}`);
    },
    { within },
  );
}
