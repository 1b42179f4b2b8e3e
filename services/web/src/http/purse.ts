import { readGuestToken } from '@storefront/commerce/guest-tokens';
import type { ServiceContext } from '@storefront/kit/http';

/** What a browser keeps for its owner. Tokens are out of scripts' reach; only the count of units is read by one. */
export type Purse = {
  /** Opens all that belongs to this buyer, cart after cart. */
  readonly buyerToken: string | null;
  readonly cartId: string | null;
  /** The token of that order, or the buyer's, which opens its own orders too. */
  tokenFor(orderId: string): string | null;
  keepCart(cart: { cartId: string; cartToken: string }): void;
  /** Units in the cart, for the header of pages that are the same for all. */
  keepCount(units: number): void;
  dropCart(): void;
  keepOrder(token: string): void;
  dropOrder(orderId: string): void;
};

/** Beyond them the oldest goes: its link is still in the mail. A header has 16 KiB in all. */
const mostOrders = 12;
const yearSeconds = 365 * 24 * 3600;
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a browser says it keeps: texts of another shape are taken for nothing. */
function readPurse(header: string): { buyer: string | null; cartId: string | null; orders: string[] } {
  const found = readCookies(header);
  const buyer = found.get('buyer') ?? '';
  const cart = found.get('cart') ?? '';
  const isBuyer = readGuestToken(buyer)?.kind === 'cart';
  return {
    buyer: isBuyer ? buyer : null,
    cartId: isBuyer && idShape.test(cart) ? cart : null,
    orders: (found.get('orders') ?? '').split('~').filter((token) => readGuestToken(token)?.kind === 'order'),
  };
}

export function openPurse(ctx: ServiceContext, { isSecure }: { isSecure: boolean }): Purse {
  const { buyer, cartId, ...read } = readPurse(ctx.req.headers.cookie ?? '');
  let { orders } = read;
  const idOf = (token: string) => readGuestToken(token)?.id;

  function keep(name: string, value: string, maxAge: number, attributes = ' HttpOnly;'): void {
    const secure = isSecure ? ' Secure;' : '';
    ctx.append('set-cookie', `${name}=${value}; Path=/; Max-Age=${maxAge};${attributes}${secure} SameSite=Lax`);
  }
  const keepOrders = () => keep('orders', orders.join('~'), orders.length > 0 ? yearSeconds : 0);
  const readable = '';

  return {
    buyerToken: buyer,
    cartId,
    tokenFor: (orderId) => orders.find((token) => idOf(token) === orderId) ?? buyer,
    keepCart({ cartId: id, cartToken }) {
      keep('buyer', cartToken, yearSeconds);
      // Each change moves its end on, and one that is gone is asked for in vain, once.
      keep('cart', id, yearSeconds);
    },
    keepCount: (units) => keep('cart-units', String(units), units > 0 ? yearSeconds : 0, readable),
    dropCart() {
      keep('cart', '', 0);
      keep('cart-units', '', 0, readable);
    },
    keepOrder(token) {
      orders = [token, ...orders.filter((other) => idOf(other) !== idOf(token))].slice(0, mostOrders);
      keepOrders();
    },
    dropOrder(orderId) {
      orders = orders.filter((token) => idOf(token) !== orderId);
      keepOrders();
    },
  };
}

function readCookies(header: string): Map<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim());
  return new Map(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]));
}
