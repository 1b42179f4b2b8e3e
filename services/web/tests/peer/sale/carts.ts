/** Carts as the gateway answers them: parsed by the contract, so that a drifting fixture fails at once. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Cart, type CartItem } from '@storefront/cart/contract';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import type { Product } from '@storefront/product/contract';
import { refuse, type Call, type Reply } from './call.ts';

type Kept = { cart: Cart; token: string };

export type Carts = {
  kept: Map<string, Kept>;
  /** What is said of a SKU instead of `available`. */
  availability: Map<string, CartItem['availability']>;
  /** Prices that are others now than when they were shown. */
  prices: Map<string, number>;
  answer(call: Call): Reply | undefined;
  /** Of the buyer whose token it is; undefined for anybody else. */
  find(cartId: string, token: string | undefined): Cart | undefined;
  ownerOf(token: string | undefined): string | undefined;
};

export const mac = (): string => randomBytes(32).toString('base64url');

export function startCarts(products: readonly Product[]): Carts {
  const kept = new Map<string, Kept>();
  const availability: Carts['availability'] = new Map();
  const prices: Carts['prices'] = new Map();
  const ownerOf = (token: string | undefined) => {
    const cart = [...kept.values()].find((one) => one.token === token)?.cart;
    return cart?.buyerId;
  };
  const find: Carts['find'] = (cartId, token) => {
    const found = kept.get(cartId);
    return found?.token === token && found ? (found.cart = fresh(found.cart)) : undefined;
  };

  function create({ body, token }: Call): Reply {
    if (token !== undefined && ownerOf(token) === undefined) return refuse(401, 'unknown-token');
    const { currency = 'EUR', country = 'DE' } = body as { currency?: string; country?: string };
    const buyerId = ownerOf(token) ?? randomUUID();
    const cartId = randomUUID();
    const at = new Date();
    const cart: Cart = {
      cartId,
      buyerId,
      version: 1,
      currency,
      country,
      items: [],
      totals: totalsOf([], undefined, currency),
      weightGrams: 0,
      expiresAt: new Date(at.getTime() + 30 * 24 * 3600 * 1000).toISOString(),
      updatedAt: at.toISOString(),
    };
    const cartToken = token ?? guestTokenOf({ kind: 'cart', id: buyerId }, mac());
    kept.set(cartId, { cart: Cart.parse(cart), token: cartToken });
    return [201, { ...cart, cartToken }];
  }

  function itemOf(sku: string, units: number, { currency, country }: Cart, shown?: CartItem): CartItem | undefined {
    const product = products.find(({ variants }) => variants.some((variant) => variant.sku === sku));
    const variant = product?.variants.find((one) => one.sku === sku);
    if (!product || !variant) return undefined;
    const listed = variant.prices.find((price) => price.currency === currency)?.amountMinor ?? 0;
    const unitPrice = { amountMinor: prices.get(sku) ?? listed, currency };
    const before = shown ? (shown.priceChange?.from ?? shown.unitPrice) : unitPrice;
    const isOther = before.amountMinor !== unitPrice.amountMinor;
    return {
      sku,
      productId: product.productId,
      slug: product.slug,
      name: product.name,
      options: variant.options,
      image: variant.image,
      units,
      unitPrice,
      taxCategory: 'standard',
      weightGrams: 400,
      totals: lineTotals({ unitPrice, units, taxRate: taxRateOf(country, 'standard') }),
      priceChange: isOther ? { from: before, to: unitPrice } : null,
      availability: availability.get(sku) ?? 'available',
    };
  }

  /** As it is now: prices and availability are asked for whenever a cart is shown. */
  function fresh(cart: Cart): Cart {
    const items = cart.items.flatMap((item) => itemOf(item.sku, item.units, cart, item) ?? []);
    const totals = totalsOf(
      items.map((item) => item.totals),
      undefined,
      cart.currency,
    );
    return Cart.parse({ ...cart, items, totals, weightGrams: items.reduce((sum, { units }) => sum + 400 * units, 0) });
  }

  function setItem(cart: Cart, sku: string, { method, body, headers }: Call): Reply {
    const version = headers['if-match'];
    if (version !== undefined && version !== `"${cart.version}"`) return refuse(412, 'version-mismatch');
    const others = cart.items.filter((item) => item.sku !== sku);
    const place = cart.items.findIndex((item) => item.sku === sku);
    const item = method === 'DELETE' ? undefined : itemOf(sku, (body as { units: number }).units, cart);
    if (method === 'PUT' && !item) return refuse(422, 'sku-unknown');
    if (item && availability.get(sku) === 'sold-out') return refuse(409, 'sold-out');
    const items = item ? others.toSpliced(place === -1 ? others.length : place, 0, item) : others;
    return save({ ...cart, items, version: cart.version + 1 });
  }

  function save(cart: Cart): Reply {
    const saved = fresh(cart);
    const found = kept.get(cart.cartId);
    if (found) found.cart = saved;
    return [200, saved];
  }

  function answer(call: Call): Reply | undefined {
    const [, cartId = '', noun, sku = ''] = /^\/api\/carts(?:\/([^/]+))?(?:\/(\w+))?(?:\/([^/]+))?$/.exec(call.path) ?? [];
    if (!call.path.startsWith('/api/carts')) return undefined;
    if (call.method === 'POST' && !cartId) return create(call);
    const cart = find(cartId, call.token);
    if (!cart) return refuse(404, 'cart-not-found');
    if (noun === 'items') return setItem(cart, sku, call);
    if (noun === 'country') return save({ ...cart, country: (call.body as { country: string }).country });
    return [200, cart];
  }

  return { kept, availability, prices, answer, find, ownerOf };
}
