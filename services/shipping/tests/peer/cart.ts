import { randomUUID } from 'node:crypto';
import { Cart } from '@storefront/cart/contract';
import { totalsOf } from '@storefront/commerce/totals';
import { notFound } from '@storefront/kit/errors';
import { createService, reply, route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { testConfig } from '@storefront/kit/testing';

type Changes = Partial<Pick<Cart, 'version' | 'currency' | 'weightGrams' | 'items'>>;

/** Answers as the contract of the cart service says, to services alone. */
export async function startCarts() {
  const carts = new Map<string, Cart>();
  const controls: (string | undefined)[] = [];
  const contents = route({
    method: 'GET',
    path: '/carts/:cartId/contents',
    summary: 'A cart',
    allow: ['service'],
    response: Cart,
    async handle({ params: { cartId }, headers }) {
      controls.push(headers['cache-control']);
      const cart = carts.get(cartId);
      if (!cart) throw notFound('cart', cartId);
      return reply(cart);
    },
  });
  const log = createLog({ service: 'cart', level: 'silent' });
  const service = createService({ name: 'cart', config: testConfig('cart'), log, routes: [contents] });
  const { url } = await service.start();
  return {
    url,
    /** What each call said of how old an answer may be. */
    controls,
    stop: () => service.stop(),
    put(changes: Changes = {}): Cart {
      const cart = aCart(changes);
      carts.set(cart.cartId, cart);
      return cart;
    },
  };
}
export type CartPeer = Awaited<ReturnType<typeof startCarts>>;

function aCart({ currency = 'EUR', version = 3, weightGrams = 700, items }: Changes): Cart {
  const at = new Date().toISOString();
  const price = { amountMinor: 1999, currency };
  const none = { amountMinor: 0, currency };
  const item: Cart['items'][number] = {
    sku: 'mug-blue',
    productId: randomUUID(),
    slug: 'mug',
    name: 'Mug',
    options: {},
    image: null,
    units: 1,
    unitPrice: price,
    taxCategory: 'standard',
    weightGrams,
    totals: { net: price, taxRate: 0, tax: none, gross: price, discount: none },
    priceChange: null,
    availability: 'available',
  };
  return {
    cartId: randomUUID(),
    buyerId: randomUUID(),
    version,
    currency,
    country: 'DE',
    items: items ?? [item],
    totals: totalsOf([item.totals], undefined, currency),
    weightGrams,
    expiresAt: at,
    updatedAt: at,
  };
}
