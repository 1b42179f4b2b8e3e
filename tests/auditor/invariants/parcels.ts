import type { Invariant } from '../audit.ts';
import { byId, groupedBy, isLabelled, repeated } from './of-orders.ts';

/** No label is wanted, or not any more. */
const isWithoutLabel = (status: string): boolean => ['wanted', 'refused', 'voided'].includes(status);

export const parcelInvariants: readonly Invariant[] = [
  {
    name: 'one-shipment-per-parcel',
    *check({ shipments }) {
      for (const { orderId, shipmentId, parcel } of repeated(shipments, (one) => `${one.orderId} ${one.parcel}`))
        yield { ids: { orderId, shipmentId }, message: `parcel ${parcel} has two shipments` };
    },
  },
  {
    name: 'one-label-per-parcel',
    *check({ labels }) {
      const usable = labels.filter(({ isVoided, shipmentId }) => !isVoided && shipmentId !== null);
      for (const { shipmentId, carrierShipment } of repeated(usable, (one) => String(one.shipmentId)))
        yield { ids: { shipmentId: String(shipmentId), carrierShipment }, message: 'a parcel has two paid labels' };
    },
  },
  {
    name: 'no-label-without-parcel',
    *check({ labels, shipments }) {
      const known = new Set(shipments.map(({ shipmentId }) => shipmentId));
      for (const { shipmentId, carrierShipment } of labels)
        if (shipmentId === null || !known.has(shipmentId))
          yield {
            ids: { carrierShipment, shipmentId: String(shipmentId) },
            message: 'a label of no parcel was paid for',
          };
    },
  },
  {
    name: 'each-labelled-parcel-has-its-label',
    whenAtRest: true,
    *check({ shipments, labels }) {
      const usable = groupedBy(
        labels.filter(({ isVoided }) => !isVoided),
        ({ shipmentId }) => shipmentId,
      );
      for (const { orderId, shipmentId, status } of shipments) {
        const count = usable.get(shipmentId)?.length ?? 0;
        const expected = isWithoutLabel(status) ? 0 : 1;
        if (count !== expected)
          yield { ids: { orderId, shipmentId }, message: `a parcel that is ${status} has ${count} labels` };
      }
    },
  },
  {
    name: 'each-sent-order-has-parcels',
    whenAtRest: true,
    *check({ orders, shipments }) {
      const own = groupedBy(shipments, ({ orderId }) => orderId);
      for (const { orderId, state } of orders)
        if (isLabelled(state) && !own.get(orderId)?.some(({ status }) => !isWithoutLabel(status)))
          yield { ids: { orderId }, message: `an order that is ${state} has no parcel` };
    },
  },
  {
    name: 'no-label-for-cancelled',
    whenAtRest: true,
    *check({ orders, shipments }) {
      const known = byId(orders);
      for (const { orderId, shipmentId, status } of shipments) {
        const state = known.get(orderId)?.state;
        if (state === undefined)
          yield { ids: { orderId, shipmentId }, message: 'a parcel of an order that is nowhere' };
        else if (state === 'cancelled' && !isWithoutLabel(status))
          yield { ids: { orderId, shipmentId }, message: `a cancelled order has a parcel that is ${status}` };
      }
    },
  },
];
