import { Cart, CartId } from '@storefront/cart/contract';
import { notFound } from '@storefront/kit/errors';
import { reply, route } from '@storefront/kit/http';
import { Knobs, startPeer } from './peer.ts';

export async function startCart() {
  const carts = new Map<string, Cart>();
  const knobs = new Knobs();
  const contents = route({
    method: 'GET',
    path: '/carts/:cartId/contents',
    summary: 'A cart with fresh prices',
    allow: ['service'],
    params: { cartId: CartId },
    response: Cart,
    async handle({ params: { cartId } }) {
      const cart = carts.get(cartId);
      if (!cart) throw notFound('cart', cartId);
      return reply(cart);
    },
  });
  const peer = await startPeer('cart', [contents], knobs);
  return { ...peer, carts };
}
