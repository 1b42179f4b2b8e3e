import type { Cart } from '@storefront/cart/contract';
import type { Money } from '@storefront/commerce/money';
import type { OrderId, OrderNumber } from '@storefront/commerce/order-ids';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import type { Quote } from '@storefront/shipping/contract/quote';
import type { NewOrder } from '../contract.ts';
import { Amendment } from './amendment.ts';
import { cartChanged, cartEmpty, outOfStock, priceChanged } from './errors.ts';
import { orderSaga, type Line, type Order, type Shipping } from './order.ts';
import { purchase } from './purchase.ts';
import { begin } from './saga.ts';

/** What is ordered, and what it costs to send it: as they are now. */
export type Basket = { cart: Cart; quote: Quote };
export type Identity = { orderId: OrderId; number: OrderNumber; bucket: number };

/** As much as its column and a parcel's request hold: nobody carries so much, and the order says so instead of failing. */
const heaviestGrams = 2 ** 31 - 1;

/** An order of what the customer was shown; refuses another total than that. `refuseChanged` comes first. */
export function place(request: NewOrder, { cart, quote }: Basket, identity: Identity, now: Date): Amendment {
  const { country } = request.address;
  const lines = cart.items.map((item, index) => lineOf(item, index + 1, country));
  const shipping = shippingOf(quote, country);
  const totals = totalsOf(
    lines.map((line) => line.totals),
    shipping.totals,
    cart.currency,
  );
  refuseOtherTotal(request.expectedTotal, totals.total);
  const order: Order = {
    ...identity,
    buyerId: cart.buyerId,
    cartId: cart.cartId,
    version: 1,
    state: 'placed',
    currency: cart.currency,
    email: request.email,
    address: request.address,
    lines,
    shipping,
    totals,
    weightGrams: Math.min(Math.max(1, cart.weightGrams), heaviestGrams),
    ...unpaid(request.paymentMethod, now),
    cancellation: null,
    runs: [],
    history: [],
    sequence: 0,
    placedAt: now,
    updatedAt: now,
  };
  return Amendment.placing(order, now)
    .note('placed')
    .announce('placed')
    .keep(begin(purchase, orderSaga, now));
}

function unpaid(method: string | undefined, now: Date) {
  const payment = {
    version: 0,
    status: 'new',
    nextAction: null,
    decline: null,
    declines: 0,
    captureBefore: null,
  } as const;
  const attempts = method === undefined ? [] : [{ attempt: 1, method, status: 'pending', madeAt: now } as const];
  return { payment, attempts, capturedMinor: 0, refundedMinor: 0, parcels: [], refunds: [] };
}

/** The cart must be the one that the customer was shown, with something in it that is still offered. */
export function refuseChanged({ cartVersion }: NewOrder, cart: Cart): void {
  if (cart.version !== cartVersion) throw cartChanged(cart.version);
  if (cart.items.length === 0) throw cartEmpty();
  const gone = cart.items.filter(({ availability }) => availability === 'not-offered');
  if (gone.length > 0) throw outOfStock(gone.map(({ sku }) => ({ sku, message: 'is not offered any more' })));
}

function refuseOtherTotal(expected: Money, total: Money): void {
  if (expected.amountMinor !== total.amountMinor || expected.currency !== total.currency) throw priceChanged(total);
}

/** The tax is that of the country where it goes, whatever the cart reckoned with; the price stays, for it includes tax. */
function lineOf(item: Cart['items'][number], line: number, country: string): Line {
  const { sku, productId, slug, name, options, image, units, unitPrice, taxCategory } = item;
  const discountMinor = item.totals.discount.amountMinor;
  const totals = lineTotals({ unitPrice, units, taxRate: taxRateOf(country, taxCategory), discountMinor });
  return { line, sku, productId, slug, name, options, image, units, unitPrice, totals };
}

function shippingOf({ name, carrier, service, price }: Quote, country: string): Shipping {
  const totals = lineTotals({ unitPrice: price, units: 1, taxRate: taxRateOf(country, 'standard') });
  return { name, carrier, service, totals };
}
