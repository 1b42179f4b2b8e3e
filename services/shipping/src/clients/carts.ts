import { Cart } from '@storefront/cart/contract';
import type { Client } from '@storefront/kit/client';
import { unavailable } from '@storefront/kit/errors';
import { z } from 'zod';

const { cartId, buyerId, version, currency, weightGrams } = Cart.shape;
/** Of a cart what its parcel's price needs. */
const Contents = z.object({ cartId, buyerId, version, currency, weightGrams, items: z.array(z.unknown()) });
export type CartContents = z.infer<typeof Contents>;

export type Carts = {
  /** Its weight may be that of some seconds ago. Undefined when there is no such cart; whose it is nobody has checked. */
  find(cartId: string): Promise<CartContents | undefined>;
};

export function createCarts(client: Pick<Client, 'request'>): Carts {
  return {
    async find(id) {
      // Prices are nothing to us, so the cart need not ask the catalogue for them.
      const headers = { 'cache-control': 'max-age=5' };
      const answer = await client.request({
        method: 'GET',
        path: `/carts/${encodeURIComponent(id)}/contents`,
        headers,
      });
      if (answer.status === 404) return undefined;
      const read = answer.status === 200 ? Contents.safeParse(answer.json()) : undefined;
      if (!read?.success)
        throw unavailable(
          'upstream-unavailable',
          `The cart service answered ${answer.status}, which says nothing here.`,
        );
      return read.data;
    },
  };
}
