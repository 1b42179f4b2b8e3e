import { OrderId } from '@storefront/commerce/order-ids';
import { reply, route } from '@storefront/kit/http';
import { ParcelRequest, Shipment, ShipmentList } from '@storefront/shipping/contract';
import { z } from 'zod';
import type { ParcelLedger } from '../shipping.ts';

const parcel = z.coerce.number().int().min(1);
const params = { orderId: OrderId, parcel };
const common = { summary: 'Parcel', allow: ['service'], params, response: Shipment } as const;

export const parcelRoutes = (parcels: ParcelLedger) => [
  route({
    ...common,
    method: 'PUT',
    path: '/shipments/:orderId/:parcel',
    body: ParcelRequest,
    handle: async ({ params: of, body }) => reply(parcels.buy(of.orderId, of.parcel, body)),
  }),
  route({
    method: 'GET',
    path: '/shipments/:orderId',
    summary: 'Parcels',
    allow: ['service'],
    params: { orderId: OrderId },
    query: z.strictObject({ fresh: z.literal('true').exactOptional() }),
    response: ShipmentList,
    handle: async ({ params: { orderId } }) =>
      reply({ items: [parcels.shipments.get(orderId)].flatMap((one) => one ?? []) }),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/shipments/:orderId/:parcel/void',
    handle: async ({ params: of }) => reply(parcels.voidLabel(of.orderId, of.parcel)),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/shipments/:orderId/:parcel/hand-over',
    handle: async ({ params: of }) => reply(parcels.set(of.orderId, { handedOverAt: new Date().toISOString() })),
  }),
];
