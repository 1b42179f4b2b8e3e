import { Sku } from '@storefront/commerce/ids';
import { ifMatch, reply, route, type Route } from '@storefront/kit/http';
import { Cart, CartId, CountryChange, CreatedCart, ItemChange, NewCart } from '../contract.ts';
import type { Carts } from '../domain/carts.ts';
import { rememberedSeconds } from '../domain/ports.ts';
import { buyerOf } from './buyer.ts';

const known = {
  allow: ['guest', 'customer'],
  params: { cartId: CartId },
  response: Cart,
  refuses: [404],
} as const;

const changed = (cart: Cart) => reply(cart, { etag: cart.version });

/**
 * The version is for `If-Match` only. It does not rise when a price or a stock does, so no copy may be kept and asked about
 * again with `If-None-Match`.
 */
const shown = (cart: Cart) =>
  reply(cart, { headers: { etag: `"${cart.version}"`, 'cache-control': 'private, no-store' } });

/** Everything a customer does with a cart, and what other services read of it. */
export const cartRoutes = (carts: Carts): Route[] => [
  route({
    method: 'POST',
    path: '/carts',
    summary: 'A new, empty cart, and the token that opens it; with a token of before it belongs to the same buyer',
    allow: ['anyone'],
    body: NewCart,
    response: CreatedCart,
    success: [201],
    async handle({ body, caller }) {
      const cart = await carts.create(body, caller.kind === 'guest' && caller.sub !== '' ? caller.sub : undefined);
      return reply(cart, { status: 201, etag: cart.version, headers: { location: `carts/${cart.cartId}` } });
    },
  }),
  route({
    method: 'GET',
    path: '/carts/:cartId',
    summary:
      'The cart at the prices of now; with those remembered, availability "unknown", while the catalogue is away',
    ...known,
    async handle({ params: { cartId }, caller }) {
      return shown(await carts.show(cartId, buyerOf(caller)));
    },
  }),
  route({
    method: 'PUT',
    path: '/carts/:cartId/items/:sku',
    summary: 'So many units there shall be; again changes nothing',
    ...known,
    params: { cartId: CartId, sku: Sku },
    body: ItemChange,
    expects: ifMatch({ optional: true }),
    refuses: [404, 409, 422],
    async handle({ params: { cartId, sku }, body: { units }, caller, expectedVersion }) {
      const target = { cartId, buyerId: buyerOf(caller), expectedVersion };
      return changed(await carts.setUnits(target, { sku, units }));
    },
  }),
  route({
    method: 'DELETE',
    path: '/carts/:cartId/items/:sku',
    summary: 'Take an item out; again changes nothing',
    ...known,
    params: { cartId: CartId, sku: Sku },
    expects: ifMatch({ optional: true }),
    async handle({ params: { cartId, sku }, caller, expectedVersion }) {
      return changed(await carts.remove({ cartId, buyerId: buyerOf(caller), expectedVersion }, sku));
    },
  }),
  route({
    method: 'PUT',
    path: '/carts/:cartId/country',
    summary: 'Where the cart will go, which decides its tax',
    ...known,
    body: CountryChange,
    expects: ifMatch({ optional: true }),
    async handle({ params: { cartId }, body: { country }, caller, expectedVersion }) {
      return changed(await carts.setCountry({ cartId, buyerId: buyerOf(caller), expectedVersion }, country));
    },
  }),
  route({
    method: 'GET',
    path: '/carts/:cartId/contents',
    summary: 'For services that have checked the buyer: prices and stock asked of the catalogue at this moment',
    description: 'With `cache-control: max-age=5` those of the last 5 s will do (RFC 9111, 5.2.1.1).',
    ...known,
    allow: ['service'],
    async handle({ params: { cartId }, headers }) {
      return shown(await carts.contents(cartId, { fresh: !takesRemembered(headers['cache-control']) }));
    },
  }),
];

/** A header and not a query: a cart service of the release before knows nothing of it, and asks the catalogue. */
function takesRemembered(cacheControl = ''): boolean {
  const [, seconds = '0'] = /\bmax-age=(\d{1,9})\b/.exec(cacheControl) ?? [];
  return Number(seconds) >= rememberedSeconds;
}
