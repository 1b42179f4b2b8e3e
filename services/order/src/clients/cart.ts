import { Cart } from '@storefront/cart/contract';
import type { Client } from '@storefront/kit/client';
import type { Carts } from '../domain/ports.ts';
import { answerOf } from './answer.ts';

export const cartClient = (client: Pick<Client, 'request'>): Carts => ({
  async contents(cartId) {
    const response = await client.request({ method: 'GET', path: `/carts/${cartId}/contents` });
    return response.status === 404 ? undefined : answerOf(response, Cart);
  },
});
