import type { BuyerId } from '@storefront/commerce/guest-tokens';
import type { Sku } from '@storefront/commerce/ids';
import type { Currency } from '@storefront/commerce/money';
import { ServiceError, versionMismatch } from '@storefront/kit/errors';
import type { Cart, CartId, CreatedCart, NewCart } from '../contract.ts';
import { shownCart, snapshotOf, type KeptCart, type Offers } from './cart.ts';
import * as errors from './errors.ts';
import type { CartStore, Catalogue, ItemUnits, Refusal, Target } from './ports.ts';
import { countryFor, currencyFor, currencyOf, type ShopLists } from './shop.ts';

export type CartsDeps = {
  store: CartStore;
  catalogue: Catalogue;
  shop: ShopLists;
  newCartId: (currency: Currency) => CartId;
  newBuyerId: () => BuyerId;
  /** The token that opens all carts of a buyer. */
  tokenOf: (buyerId: BuyerId) => string;
};

export type Carts = {
  create(wish: NewCart, buyerId: BuyerId | undefined): Promise<CreatedCart>;
  show(cartId: CartId, buyerId: BuyerId): Promise<Cart>;
  /** At prices asked for at this moment, unless `fresh` is false; throws `unavailable` rather than showing what the cart remembers. */
  contents(cartId: CartId, options?: { fresh?: boolean }): Promise<Cart>;
  setUnits(target: Target, item: { sku: Sku; units: number }): Promise<Cart>;
  remove(target: Target, sku: Sku): Promise<Cart>;
  setCountry(target: Target, country: string): Promise<Cart>;
};

/** What can be done with carts, over the ports that keep them and that know what is sold. */
export function createCarts({ store, catalogue, shop, ...deps }: CartsDeps): Carts {
  /** Shown with what is remembered of its items where the catalogue cannot be asked. */
  async function shown(cart: KeptCart): Promise<Cart> {
    return shownCart(cart, await catalogue.offers(skusOf(cart), cart.currency).catch(noneWhenAway));
  }

  async function changed(change: Promise<KeptCart | Refusal>, { cartId }: Target): Promise<Cart> {
    const cart = await change;
    if ('refused' in cart) throw refusalOf(cart, cartId);
    return shown(cart);
  }

  return {
    async create(wish, known) {
      const currency = currencyFor(wish.currency, shop);
      const country = countryFor(wish.country, shop);
      const buyerId = known ?? deps.newBuyerId();
      const cart = await store.create({ cartId: deps.newCartId(currency), buyerId, country });
      return { ...shownCart(cart, new Map()), cartToken: deps.tokenOf(buyerId) };
    },

    async show(cartId, buyerId) {
      const cart = await store.find(cartId);
      if (cart?.buyerId !== buyerId) throw errors.cartNotFound(cartId);
      return shown(cart);
    },

    async contents(cartId, { fresh = true } = {}) {
      const cart = await store.find(cartId);
      if (!cart) throw errors.cartNotFound(cartId);
      const offers = await catalogue.offers(skusOf(cart), cart.currency, { fresh }).catch(sayAway);
      return shownCart(cart, offers);
    },

    async setUnits(target, { sku, units }) {
      const currency = currencyOf(target.cartId, shop);
      const offers = await catalogue.offers([sku], currency).catch(noneWhenAway);
      const { otherwise, ...item } = itemOf({ sku, units, currency }, offers);
      const cart = await store.putItem(target, item);
      if ('refused' in cart) throw cart.refused === 'absent' ? otherwise() : refusalOf(cart, target.cartId, sku);
      return offers ? shown(cart) : shownCart(cart, undefined);
    },

    remove: (target, sku) => changed(store.removeItem(target, sku), target),

    setCountry: async (target, country) => changed(store.setCountry(target, countryFor(country, shop)), target),
  };
}

type Wish = { sku: Sku; units: number; currency: Currency };

/** What may be done with what is offered of a SKU; `otherwise` says why, when the cart's item does not allow it. */
function itemOf({ sku, units, currency }: Wish, offers: Offers): ItemUnits & { otherwise: () => ServiceError } {
  const item = { sku, units, snapshot: undefined };
  if (!offers) return { ...item, which: 'present', otherwise: () => errors.catalogueAway() };
  const offer = offers.get(sku);
  if (!offer?.productId) return { ...item, which: 'fewer', otherwise: () => errors.skuUnknown(sku) };
  const snapshot = snapshotOf(offer, currency);
  if (!snapshot) return { ...item, which: 'fewer', otherwise: () => errors.notOffered(sku, currency) };
  const which = offer.available === 0 ? 'fewer' : 'any';
  return { ...item, snapshot, which, otherwise: () => errors.soldOut(sku) };
}

function refusalOf(refusal: Refusal, cartId: CartId, sku = ''): ServiceError {
  switch (refusal.refused) {
    case 'stale':
      return versionMismatch('cart', refusal.version);
    case 'full':
      return errors.cartFull();
    case 'too-much':
      return errors.tooMuch(sku);
    default:
      return errors.cartNotFound(cartId);
  }
}

const skusOf = ({ items }: KeptCart): Sku[] => items.map(({ sku }) => sku);

function noneWhenAway(error: unknown): undefined {
  if (!isAway(error)) throw error;
}

function sayAway(error: unknown): never {
  throw isAway(error) ? errors.catalogueAway(error) : error;
}

function isAway(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.kind === 'unavailable';
}
