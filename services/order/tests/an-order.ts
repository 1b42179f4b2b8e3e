import { randomBytes, randomUUID } from 'node:crypto';
import type { Cart } from '@storefront/cart/contract';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import { bucketOf } from '@storefront/kit/postgres';
import { orderIdOf, orderNumberOf } from '@storefront/commerce/order-ids';
import type { Payment } from '@storefront/payment/contract';
import type { Shipment } from '@storefront/shipping/contract';
import type { Quote } from '@storefront/shipping/contract/quote';
import type { NewOrder } from '../src/contract.ts';
import { Amendment } from '../src/domain/amendment.ts';
import type { Order } from '../src/domain/order.ts';
import { place } from '../src/domain/placing.ts';
import { aQuote, shippingMinor, signedQuote } from './a-quote.ts';

export type Item = { sku: string; units: number; priceMinor?: number; name?: string };
export const address = { name: 'Ada', line1: '1 Main Street', postcode: 'D02 X285', city: 'Dublin', country: 'IE' };

/** A cart as its service would show it. */
export function aCart(items: readonly Item[], changes: Partial<Cart> = {}): Cart {
  const currency = 'EUR';
  const lines = items.map(({ sku, units, priceMinor = 1000, name = sku }): Cart['items'][number] => {
    const unitPrice = { amountMinor: priceMinor, currency };
    return {
      sku,
      productId: randomUUID(),
      slug: sku,
      name,
      options: { colour: 'Blue' },
      image: null,
      units,
      unitPrice,
      taxCategory: 'standard',
      weightGrams: 300,
      totals: lineTotals({ unitPrice, units, taxRate: taxRateOf('IE', 'standard') }),
      priceChange: null,
      availability: 'available',
    };
  });
  const totals = totalsOf(
    lines.map((line) => line.totals),
    undefined,
    currency,
  );
  const now = new Date().toISOString();
  return {
    cartId: randomUUID(),
    buyerId: randomUUID(),
    version: 3,
    currency,
    country: 'IE',
    items: lines,
    totals,
    weightGrams: lines.reduce((sum, { units }) => sum + units * 300, 0),
    expiresAt: now,
    updatedAt: now,
    ...changes,
  };
}

/** What shipping would say of this cart to that address. */
export function quoteOf({ cartId, version: cartVersion }: Cart, { country, postcode } = address): Quote {
  return aQuote({ cartId, cartVersion, country, postcode });
}

/** What a customer sends who has been shown this cart. */
export function requestFor(cart: Cart, changes: Partial<NewOrder> = {}): NewOrder {
  const total = { amountMinor: cart.totals.total.amountMinor + shippingMinor, currency: cart.currency };
  const { cartId, version } = cart;
  const base = { cartId, cartVersion: version, expectedTotal: total, email: `${cart.buyerId}@example.com`, address };
  return { ...base, quote: signedQuote(quoteOf(cart, changes.address)), ...changes };
}

/** A placed order of the domain. */
export function anOrder(items: readonly Item[] = [{ sku: 'mug-blue', units: 2 }], now = new Date()): Order {
  const cart = aCart(items);
  const bucket = bucketOf(cart.buyerId);
  const identity = {
    orderId: orderIdOf({ at: now, bucket, random: randomBytes(8) }),
    number: orderNumberOf({ bucket, random: randomBytes(5) }),
    bucket,
  };
  const basket = { cart, quote: quoteOf(cart) };
  return place(requestFor(cart, { paymentMethod: 'pm_card_ok' }), basket, identity, now).order;
}

export const amend = (order: Order, now = new Date()) => Amendment.of(order, now);

export function aPayment(order: Order, changes: Partial<Payment> = {}): Payment {
  return {
    orderId: order.orderId,
    version: order.payment.version + 1,
    status: 'authorized',
    amount: order.totals.total,
    attempt: 1,
    nextAction: null,
    decline: null,
    captureBefore: null,
    captured: null,
    refunds: [],
    ...changes,
  };
}

export function aShipment(order: Order, changes: Partial<Shipment> = {}): Shipment {
  return {
    shipmentId: randomUUID(),
    orderId: order.orderId,
    parcel: 1,
    version: 1,
    status: 'labelled',
    carrier: 'easypost',
    service: 'Priority',
    trackingCode: 'EZ1',
    trackingUrl: 'https://track.example/EZ1',
    labelUrl: 'https://labels.example/1.pdf',
    refusal: null,
    events: [],
    handedOverAt: null,
    deliveredAt: null,
    ...changes,
  };
}
