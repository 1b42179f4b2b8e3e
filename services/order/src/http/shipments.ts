import { reply, route } from '@storefront/kit/http';
import { OrderId } from '@storefront/commerce/order-ids';
import { ShipmentList } from '@storefront/shipping/contract';
import { opened } from '../domain/access.ts';
import type { Parcels } from '../domain/ports.ts';
import type { Orders } from '../store/orders.ts';

export type ShipmentRoutesDeps = { orders: Pick<Orders, 'find'>; parcels: Pick<Parcels, 'find'> };

export const shipmentRoutes = ({ orders, parcels }: ShipmentRoutesDeps) => [
  route({
    method: 'GET',
    path: '/orders/:orderId/shipments',
    summary: 'Its parcels and where they are; labels are shown to merchants only',
    allow: ['guest', 'customer', 'merchant'],
    params: { orderId: OrderId },
    response: ShipmentList,
    refuses: [404],
    async handle({ params: { orderId }, caller }) {
      opened(caller, orderId, await orders.find(orderId));
      const items = await parcels.find(orderId);
      if (caller.kind === 'merchant') return reply({ items });
      return reply({ items: items.map((shipment) => ({ ...shipment, labelUrl: null })) });
    },
  }),
];
