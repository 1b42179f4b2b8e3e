/** Carts as the gateway answers them: parsed by the contract, so that a drifting fixture fails at once. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Cart, type CartItem } from '@storefront/cart/contract';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import type { Product } from '@storefront/product/contract';
import { refuse, type Call, type Reply } from './call.ts';

export const mac = (): string => randomBytes(32).toString('base64url');

const lifetimeMs = 30 * 24 * 3600 * 1000;
const pathShape = /^\/api\/carts(?:\/([^/]+))?(?:\/(\w+))?(?:\/([^/]+))?$/;

export class Carts {
  readonly kept = new Map<string, { cart: Cart; token: string }>();
  /** What is said of a SKU instead of `available`. */
  readonly availability = new Map<string, CartItem['availability']>();
  /** Prices that are others now than when they were shown. */
  readonly prices = new Map<string, number>();
  readonly #products: readonly Product[];

  constructor(products: readonly Product[]) {
    this.#products = products;
  }

  answer(call: Call): Reply | undefined {
    if (!call.path.startsWith('/api/carts')) return undefined;
    const [, cartId = '', noun, sku = ''] = pathShape.exec(call.path) ?? [];
    if (call.method === 'POST' && !cartId) return this.#create(call);
    const cart = this.find(cartId, call.token);
    if (!cart) return refuse(404, 'cart-not-found');
    if (noun === 'items') return this.#setItem(cart, sku, call);
    if (noun === 'country') return this.#save({ ...cart, country: (call.body as { country: string }).country });
    return [200, cart];
  }

  /** Of the buyer whose token it is; undefined for anybody else. */
  find(cartId: string, token: string | undefined): Cart | undefined {
    const found = this.kept.get(cartId);
    if (!found || found.token !== token) return undefined;
    found.cart = this.#fresh(found.cart);
    return found.cart;
  }

  ownerOf(token: string | undefined): string | undefined {
    return [...this.kept.values()].find((one) => one.token === token)?.cart.buyerId;
  }

  #create({ body, token }: Call): Reply {
    const owner = this.ownerOf(token);
    if (token !== undefined && owner === undefined) return refuse(401, 'unknown-token');
    const { currency = 'EUR', country = 'DE' } = body as { currency?: string; country?: string };
    const at = new Date();
    const cart = Cart.parse({
      cartId: randomUUID(),
      buyerId: owner ?? randomUUID(),
      version: 1,
      currency,
      country,
      items: [],
      totals: totalsOf([], undefined, currency),
      weightGrams: 0,
      expiresAt: new Date(at.getTime() + lifetimeMs).toISOString(),
      updatedAt: at.toISOString(),
    });
    const cartToken = token ?? guestTokenOf({ kind: 'cart', id: cart.buyerId }, mac());
    this.kept.set(cart.cartId, { cart, token: cartToken });
    return [201, { ...cart, cartToken }];
  }

  #setItem(cart: Cart, sku: string, { method, body, headers }: Call): Reply {
    const version = headers['if-match'];
    if (version !== undefined && version !== `"${cart.version}"`) return refuse(412, 'version-mismatch');
    const others = cart.items.filter((item) => item.sku !== sku);
    const place = cart.items.findIndex((item) => item.sku === sku);
    const item = method === 'DELETE' ? undefined : this.#itemOf(sku, (body as { units: number }).units, cart);
    if (method === 'PUT' && !item) return refuse(422, 'sku-unknown');
    if (item && this.availability.get(sku) === 'sold-out') return refuse(409, 'sold-out');
    const items = item ? others.toSpliced(place === -1 ? others.length : place, 0, item) : others;
    return this.#save({ ...cart, items, version: cart.version + 1 });
  }

  #save(cart: Cart): Reply {
    const saved = this.#fresh(cart);
    const found = this.kept.get(cart.cartId);
    if (found) found.cart = saved;
    return [200, saved];
  }

  /** As it is now: prices and availability are asked for whenever a cart is shown. */
  #fresh(cart: Cart): Cart {
    const items = cart.items.flatMap((item) => this.#itemOf(item.sku, item.units, cart, item) ?? []);
    const lines = items.map((item) => item.totals);
    const weightGrams = items.reduce((sum, { units }) => sum + 400 * units, 0);
    return Cart.parse({ ...cart, items, totals: totalsOf(lines, undefined, cart.currency), weightGrams });
  }

  #itemOf(sku: string, units: number, { currency, country }: Cart, shown?: CartItem): CartItem | undefined {
    const product = this.#products.find(({ variants }) => variants.some((variant) => variant.sku === sku));
    const variant = product?.variants.find((one) => one.sku === sku);
    const listed = variant?.prices.find((price) => price.currency === currency);
    if (!product || !variant || !listed) return undefined;
    const unitPrice = { currency, amountMinor: this.prices.get(sku) ?? listed.amountMinor };
    const { productId, slug, name } = product;
    const { options, image } = variant;
    return {
      sku,
      productId,
      slug,
      name,
      options,
      image,
      units,
      unitPrice,
      taxCategory: 'standard',
      weightGrams: 400,
      totals: lineTotals({ unitPrice, units, taxRate: taxRateOf(country, 'standard') }),
      priceChange: changeOf(shown, unitPrice),
      availability: this.availability.get(sku) ?? 'available',
    };
  }
}

/** Against what it cost when it was put in. */
function changeOf(shown: CartItem | undefined, to: CartItem['unitPrice']): CartItem['priceChange'] {
  const from = shown?.priceChange?.from ?? shown?.unitPrice ?? to;
  return from.amountMinor === to.amountMinor ? null : { from, to };
}
