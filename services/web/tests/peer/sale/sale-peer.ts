/** Carts, orders, rates and payment settings in the gateway's place: in memory, by the contracts, with what may go wrong. */
import type { ServerResponse } from 'node:http';
import { Postcode } from '@storefront/commerce/address';
import { PaymentSettings } from '@storefront/payment/contract';
import type { Product } from '@storefront/product/contract';
import { ShippingRates } from '@storefront/shipping/contract';
import { refuse, type Call, type Reply } from './call.ts';
import { startCarts, type Carts } from './carts.ts';
import { newQuote, startOrders, type Orders } from './orders.ts';

export type SalePeer = {
  carts: Carts;
  orders: Orders;
  /** What shipping costs, in the smallest unit: dearer from one question to the next where a test says so. */
  rates: { name: string; service: string; priceMinor: number; days: number }[];
  settings: PaymentSettings | null;
  /** `POST /api/orders`, and what is answered to it instead, once. `silence` takes it, does it, and says nothing. */
  instead: Map<string, Reply | 'silence'>;
  answer(call: Call): Promise<Reply | 'silence' | undefined>;
  listen(call: Call, response: ServerResponse): boolean;
};

export function startSale(products: readonly Product[]): SalePeer {
  const carts = startCarts(products);
  const orders = startOrders(carts);

  function quote({ query, token }: Call): Reply {
    const cart = carts.find(query.get('cartId') ?? '', token);
    if (!cart) return refuse(404, 'cart-not-found');
    const postcode = query.get('postcode') ?? '';
    if (!Postcode.safeParse(postcode).success) return refuse(400, 'invalid-request');
    if (postcode === '00000') return [200, { items: [] }];
    const items = sale.rates.map(({ name, service, priceMinor, days }) => {
      const id = newQuote();
      orders.quotes.set(id, { priceMinor, name, cartVersion: cart.version, postcode });
      const price = { amountMinor: priceMinor, currency: cart.currency };
      const expiresAt = new Date(Date.now() + 15 * 60_000).toISOString();
      return { quote: id, carrier: 'easypost', service, name, price, days, expiresAt };
    });
    return [200, ShippingRates.parse({ items })];
  }

  const work = async (call: Call): Promise<Reply | undefined> => {
    if (call.path === '/api/shipping-rates') return quote(call);
    if (call.path === '/api/payment-settings')
      return sale.settings ? [200, PaymentSettings.parse(sale.settings)] : refuse(404, 'not-found');
    return carts.answer(call) ?? orders.answer(call);
  };

  const sale: SalePeer = {
    carts,
    orders,
    rates: [
      { name: 'Parcel', service: 'Ground', priceMinor: 490, days: 3 },
      { name: 'Express', service: 'Express', priceMinor: 1290, days: 1 },
    ],
    settings: null,
    instead: new Map(),
    async answer(call) {
      const name = `${call.method} ${call.path}`;
      const instead = sale.instead.get(name);
      if (instead === undefined) return work(call);
      sale.instead.delete(name);
      if (instead === 'silence') await work(call);
      return instead;
    },
    listen: orders.listen,
  };
  return sale;
}
