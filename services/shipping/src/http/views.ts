import type { Shipment } from '../contract.ts';
import type { Scan } from '../domain/carrier.ts';
import type { StoredShipment } from '../domain/shipment.ts';

/** A shipment as others may see it: without its address, which who asks knows. */
export function shipmentView(shipment: StoredShipment, scans: readonly Scan[]): Shipment {
  const { id, orderId, parcel, version, status, carrier, service } = shipment;
  const { refusal, trackingCode, trackingUrl, labelUrl, handedOverAt, deliveredAt } = shipment;
  return {
    shipmentId: id,
    orderId,
    parcel,
    version,
    status,
    carrier,
    service,
    trackingCode,
    trackingUrl,
    labelUrl,
    refusal,
    events: scans.map(({ at, ...scan }) => ({ ...scan, at: at.toISOString() })),
    handedOverAt: handedOverAt?.toISOString() ?? null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
  };
}
