import { newEvent, type NewEvent } from '@storefront/kit/broker';
import { shipmentEvents } from '../contract.ts';
import type { StoredShipment } from '../domain/shipment.ts';

/** What moved at the carrier by itself, or was done after its command had its answer. */
export function shipmentChanged({ id, version, orderId, parcel, status }: StoredShipment): NewEvent {
  return newEvent(shipmentEvents, {
    ...({ type: 'shipment.changed', schemaVersion: 1, subject: id, aggregateVersion: version } as const),
    data: { shipmentId: id, orderId, parcel, status },
  });
}
