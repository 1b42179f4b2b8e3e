import { orderScope } from '@storefront/commerce/guest-tokens';
import type { OrderId } from '@storefront/commerce/order-ids';
import { orderNotFound } from './errors.ts';
import type { Order } from './order.ts';

type Caller = { readonly kind: string; readonly sub: string; readonly scopes: readonly string[] };

/** Whose order it is may see it, whoever shows the order's own token, and the merchant. For all others there is none. */
export function mayOpen(caller: Caller, { orderId, buyerId }: Pick<Order, 'orderId' | 'buyerId'>): boolean {
  if (caller.kind === 'merchant') return true;
  if (caller.scopes.includes(orderScope(orderId))) return true;
  return caller.kind !== 'service' && caller.sub !== '' && caller.sub === buyerId;
}

export function opened(caller: Caller, orderId: OrderId, order: Order | undefined): Order {
  if (!order || !mayOpen(caller, order)) throw orderNotFound(orderId);
  return order;
}
