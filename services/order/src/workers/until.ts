import { setTimeout as pause } from 'node:timers/promises';
import type { OrderId } from '@storefront/commerce/order-ids';
import type { Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';
import type { OrderWatch } from './order-watch.ts';

type Deps = { orders: Pick<Orders, 'find'>; watch: Pick<OrderWatch, 'watch'> };

/** The order once that holds of it, or as it is when the time is up. It is read when it has changed, and not otherwise. */
export function createUntil({ orders, watch }: Deps) {
  return async function until(
    orderId: OrderId,
    holds: (order: Order) => boolean,
    withinMs: number,
  ): Promise<Order | undefined> {
    const deadline = performance.now() + withinMs;
    let order = await orders.find(orderId);
    while (order && !holds(order)) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || !(await hasChanged(watch, order, leftMs))) return order;
      order = await orders.find(orderId);
    }
    return order;
  };
}

async function hasChanged(watch: Deps['watch'], { orderId, version }: Order, withinMs: number): Promise<boolean> {
  const patience = new AbortController();
  const change = Promise.withResolvers<boolean>();
  const unwatch = watch.watch(orderId, version, () => change.resolve(true));
  const late = pause(withinMs, false, { signal: patience.signal }).catch(() => false);
  try {
    return await Promise.race([change.promise, late]);
  } finally {
    unwatch();
    patience.abort();
  }
}
