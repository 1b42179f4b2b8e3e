import { OrderId } from '@storefront/commerce/order-ids';
import { reply, route } from '@storefront/kit/http';
import { z } from 'zod';
import { ParcelRequest, Shipment, ShipmentList } from '../contract.ts';
import type { StoredShipment } from '../domain/shipment.ts';
import type { Left } from '../labels/held.ts';
import type { Parcels } from '../labels/parcels.ts';
import type { Shipments } from '../store/shipments.ts';
import { shipmentView } from './views.ts';

export type ShipmentRoutesDeps = { parcels: Parcels; shipments: Pick<Shipments, 'scansOf'> };

const params = { orderId: OrderId, parcel: z.coerce.number().int().min(1).max(1000) };
const ListQuery = z.strictObject({
  fresh: z.stringbool().default(false).meta({ description: 'Asks the carriers first; 503 when they are away' }),
});
/** A carrier may take its time; a shorter deadline of who calls wins. */
const timeout = '30s';

export const shipmentRoutes = ({ parcels, shipments }: ShipmentRoutesDeps) => {
  const view = async (list: readonly StoredShipment[]) => {
    const scans = await shipments.scansOf(list);
    return list.map((shipment) => shipmentView(shipment, scans.get(shipment.id) ?? []));
  };
  const viewOne = async (shipment: StoredShipment) => {
    const [one] = await view([shipment]);
    return reply(one as Shipment);
  };
  const viewLeft = async ({ shipment, scans }: Left) =>
    scans ? reply(shipmentView(shipment, scans)) : viewOne(shipment);

  return [
    route({
      method: 'PUT',
      path: '/shipments/:orderId/:parcel',
      summary: 'Buys the label of a parcel, once',
      description:
        'Answers within 7 s: `labelled`, `refused` for good, or `wanted`, which is tried for as long as it is wanted and told by `shipment.changed`.',
      allow: ['service'],
      params,
      body: ParcelRequest,
      response: Shipment,
      refuses: [409],
      timeout,
      handle: async ({ params: place, body, signal }) => viewLeft(await parcels.want(place, body, signal)),
    }),
    route({
      method: 'GET',
      path: '/shipments/:orderId',
      summary: 'The parcels of an order',
      allow: ['service'],
      params: { orderId: OrderId },
      query: ListQuery,
      response: ShipmentList,
      timeout,
      async handle({ params: { orderId }, query: { fresh }, signal }) {
        const list = fresh ? await parcels.listFresh(orderId, signal) : await parcels.list(orderId);
        return reply({ items: await view(list) });
      },
    }),
    route({
      method: 'POST',
      path: '/shipments/:orderId/:parcel/void',
      summary: 'Voids the label of a parcel, or sees to it that none is bought; twice is once',
      description:
        'Any 200 means that it is done or will be: while the carrier is away the status is not `voided` yet, and `shipment.changed` tells it. ' +
        'Also of a parcel that nobody wanted yet: a request that comes later finds it voided. 409 once the parcel has left the house.',
      allow: ['service'],
      params,
      response: Shipment,
      refuses: [409],
      timeout,
      handle: async ({ params: place, signal }) => viewOne(await parcels.void(place, signal)),
    }),
    route({
      method: 'POST',
      path: '/shipments/:orderId/:parcel/hand-over',
      summary: 'The merchant gave the parcel to the carrier',
      allow: ['service'],
      params,
      response: Shipment,
      refuses: [404, 409],
      handle: async ({ params: place }) => viewOne(await parcels.handOver(place)),
    }),
  ];
};
