import { randomBytes, randomUUID } from 'node:crypto';
import { CartItem, type Cart } from '@storefront/cart/contract';
import { orderIdOf, orderNumberOf } from '@storefront/commerce/order-ids';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import { Order, type NewOrder } from '@storefront/order/contract';
import { z } from 'zod';

export type Wish = z.infer<typeof NewOrder>;
export type Quote = { priceMinor: number; name: string; cartVersion: number; postcode: string };

export const newQuote = (): string => `quote.${randomUUID()}`;
export const payBefore = (): string => new Date(Date.now() + 40 * 60_000).toISOString();

/** What a line of an order has of a line of a cart. */
const kept = ['sku', 'productId', 'slug', 'name', 'options', 'image', 'units', 'unitPrice', 'totals'] as const;
const Item = z
  .object(CartItem.shape)
  .pick(Object.fromEntries(kept.map((name) => [name, true])) as Record<(typeof kept)[number], true>);

/** An order that waits for its card, as the order service makes it of a cart. */
export function orderOf({ address, email }: Wish, cart: Cart, quote: Quote): Order {
  const at = new Date();
  const { buyerId, cartId, currency } = cart;
  const unitPrice = { amountMinor: quote.priceMinor, currency };
  const shipping = lineTotals({ unitPrice, units: 1, taxRate: taxRateOf(address.country, 'standard') });
  const lines = cart.items.map((item, index) => ({
    ...Item.parse(item),
    line: index + 1,
    refundedUnits: 0,
  }));
  const totals = totalsOf(
    lines.map((line) => line.totals),
    shipping,
    currency,
  );
  return Order.parse({
    orderId: orderIdOf({ at, bucket: 7, random: randomBytes(8) }),
    number: orderNumberOf({ bucket: 7, random: randomBytes(5) }),
    buyerId,
    cartId,
    currency,
    lines,
    totals,
    email,
    address,
    version: 1,
    state: 'awaiting-payment',
    status: 'open',
    paymentStatus: 'pending',
    fulfilmentStatus: 'none',
    shipping: { name: quote.name, totals: shipping },
    payment: { nextAction: null, decline: null, attempts: 0, payBefore: payBefore() },
    cancellation: null,
    refunds: [],
    history: [{ sequence: 1, what: 'placed', at: at.toISOString() }],
    placedAt: at.toISOString(),
    updatedAt: at.toISOString(),
  });
}
