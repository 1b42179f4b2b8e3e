import { empty, route, stream } from '@storefront/kit/http';
import { OrderId } from '@storefront/commerce/order-ids';
import { opened } from '../domain/access.ts';
import { isFinal } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';
import type { EventStreams } from './event-streams.ts';

export type EventRoutesDeps = { orders: Pick<Orders, 'find'>; streams: EventStreams };

export const eventRoutes = ({ orders, streams }: EventRoutesDeps) => [
  route({
    method: 'GET',
    path: '/orders/:orderId/events',
    summary: 'What happens to an order, as it happens (server-sent events); goes on after Last-Event-ID',
    description: 'The id of an event is its place in the history. After the end of an order: 204, do not come again.',
    allow: ['guest', 'customer', 'merchant'],
    params: { orderId: OrderId },
    produces: 'text/event-stream',
    success: [200, 204],
    refuses: [404],
    async handle({ params: { orderId }, caller, headers }) {
      const order = opened(caller, orderId, await orders.find(orderId));
      const after = sequenceIn(headers['last-event-id']);
      if (isFinal(order) && after >= order.sequence) return empty(204);
      return stream(streams.open(order, after), {
        contentType: 'text/event-stream; charset=utf-8',
        headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      });
    },
  }),
];

function sequenceIn(header: string | string[] | undefined): number {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0;
}
