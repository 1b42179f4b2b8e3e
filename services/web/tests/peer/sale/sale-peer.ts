/** Carts, orders, rates and payment settings in the gateway's place: in memory, by the contracts, with what may go wrong. */
import type { ServerResponse } from 'node:http';
import { Postcode } from '@storefront/commerce/address';
import { PaymentSettings } from '@storefront/payment/contract';
import type { Product } from '@storefront/product/contract';
import { ShippingRates } from '@storefront/shipping/contract';
import { refuse, type Call, type Reply } from './call.ts';
import { Carts } from './carts.ts';
import { newQuote } from './new-order.ts';
import { Orders } from './orders.ts';

export class SalePeer {
  readonly carts: Carts;
  readonly orders: Orders;
  /** What shipping costs, in the smallest unit: dearer from one question to the next where a test says so. */
  readonly rates = [
    { name: 'Parcel', service: 'Ground', priceMinor: 490, days: 3 },
    { name: 'Express', service: 'Express', priceMinor: 1290, days: 1 },
  ];
  settings: PaymentSettings | null = null;
  /** `POST /api/orders`, and what is answered to it instead, once. `silence` takes it, does it, and says nothing. */
  readonly instead = new Map<string, Reply | 'silence'>();

  constructor(products: readonly Product[]) {
    this.carts = new Carts(products);
    this.orders = new Orders(this.carts);
  }

  async answer(call: Call): Promise<Reply | 'silence' | undefined> {
    const name = `${call.method} ${call.path}`;
    const instead = this.instead.get(name);
    if (instead === undefined) return this.#work(call);
    this.instead.delete(name);
    if (instead === 'silence') await this.#work(call);
    return instead;
  }

  listen(call: Call, response: ServerResponse): boolean {
    return this.orders.listen(call, response);
  }

  async #work(call: Call): Promise<Reply | undefined> {
    if (call.path === '/api/shipping-rates') return this.#quote(call);
    if (call.path === '/api/payment-settings')
      return this.settings ? [200, PaymentSettings.parse(this.settings)] : refuse(404, 'not-found');
    return this.carts.answer(call) ?? this.orders.answer(call);
  }

  #quote({ query, token }: Call): Reply {
    const cart = this.carts.find(query.get('cartId') ?? '', token);
    if (!cart) return refuse(404, 'cart-not-found');
    const postcode = query.get('postcode') ?? '';
    if (!Postcode.safeParse(postcode).success) return refuse(400, 'invalid-request');
    if (postcode === '00000') return [200, { items: [] }];
    const items = this.rates.map(({ name, service, priceMinor, days }) => {
      const quote = newQuote();
      this.orders.quotes.set(quote, { priceMinor, name, cartVersion: cart.version, postcode });
      const price = { amountMinor: priceMinor, currency: cart.currency };
      const expiresAt = new Date(Date.now() + 15 * 60_000).toISOString();
      return { quote, carrier: 'easypost', service, name, price, days, expiresAt };
    });
    return [200, ShippingRates.parse({ items })];
  }
}
