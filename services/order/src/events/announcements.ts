import { newEvent, type NewEvent } from '@storefront/kit/broker';
import { orderEvents } from '../contract.ts';
import type { Amendment, Fact } from '../domain/amendment.ts';

const types = {
  placed: 'order.placed',
  confirmed: 'order.confirmed',
  captured: 'order.captured',
  shipped: 'order.shipped',
  delivered: 'order.delivered',
  cancelled: 'order.cancelled',
  refunded: 'order.refunded',
} as const satisfies Record<Fact, keyof typeof orderEvents>;

/** What the world hears of a change: the order's id, and nothing about a person. */
export function announcements({ facts, order }: Amendment): NewEvent[] {
  const { orderId, version } = order;
  return facts.map((fact) =>
    newEvent(orderEvents, {
      type: types[fact],
      schemaVersion: 1,
      subject: orderId,
      aggregateVersion: version,
      data: { orderId },
    }),
  );
}
