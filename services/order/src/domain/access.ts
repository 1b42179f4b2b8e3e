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

/** Nobody in particular, without the order's token: whoever has no name must not be answered what its bearer was. */
export function refuseNobody({ kind, sub, scopes }: Caller, orderId: OrderId): void {
  if (kind !== 'merchant' && sub === '' && !scopes.includes(orderScope(orderId))) throw orderNotFound(orderId);
}

export function opened(caller: Caller, orderId: OrderId, order: Order | undefined): Order {
  if (!order || !mayOpen(caller, order)) throw orderNotFound(orderId);
  return order;
}
