import type { Insertable, Selectable } from 'kysely';
import { money } from '@storefront/commerce/money';
import type { LabelAttempt } from '../domain/label-attempt.ts';
import type { StoredShipment } from '../domain/shipment.ts';
import type { LabelAttemptTable, ShipmentRow, ShipmentTable } from './tables.ts';

export function shipmentOf(row: ShipmentRow): StoredShipment {
  const { price_minor: priceMinor, price_currency: currency } = row;
  return {
    id: row.id,
    bucket: row.bucket,
    orderId: row.order_id,
    parcel: row.parcel,
    version: row.version,
    status: row.status,
    carrier: row.carrier,
    service: row.service,
    address: row.address,
    weightGrams: row.weight_grams,
    orderReference: row.order_reference,
    price: priceMinor === null || currency === null ? null : money(priceMinor, currency),
    carrierId: row.carrier_id,
    trackingCode: row.tracking_code,
    trackingUrl: row.tracking_url,
    labelUrl: row.label_url,
    refusal: row.refusal,
    voidWantedAt: row.void_wanted_at,
    handedOverAt: row.handed_over_at,
    deliveredAt: row.delivered_at,
    createdAt: row.created_at,
    tries: row.tries,
  };
}

/** All of it, as it is when it is claimed. */
export function newRowOf(
  shipment: StoredShipment,
  work: Pick<ShipmentRow, 'due_at' | 'lease'>,
): Insertable<ShipmentTable> {
  const { price } = shipment;
  return {
    id: shipment.id,
    bucket: shipment.bucket,
    order_id: shipment.orderId,
    parcel: shipment.parcel,
    carrier: shipment.carrier,
    service: shipment.service,
    address: shipment.address,
    weight_grams: shipment.weightGrams,
    order_reference: shipment.orderReference,
    price_minor: price?.amountMinor ?? null,
    price_currency: price?.currency ?? null,
    created_at: shipment.createdAt,
    updated_at: shipment.createdAt,
    ...changeableRowOf(shipment),
    ...work,
  };
}

/** What changes of it. */
export function changeableRowOf(shipment: StoredShipment) {
  return {
    version: shipment.version,
    status: shipment.status,
    carrier_id: shipment.carrierId,
    tracking_code: shipment.trackingCode,
    tracking_url: shipment.trackingUrl,
    label_url: shipment.labelUrl,
    refusal: shipment.refusal,
    void_wanted_at: shipment.voidWantedAt,
    handed_over_at: shipment.handedOverAt,
    delivered_at: shipment.deliveredAt,
    tries: shipment.tries,
  };
}

type AttemptRow = Omit<Selectable<LabelAttemptTable>, 'bucket' | 'shipment_id' | 'closed_at'>;

export function attemptOf(row: AttemptRow): LabelAttempt {
  const { attempt, carrier_id: carrierId, rate_id: rateId, state, asked_at: askedAt } = row;
  return { attempt, carrierId, rateId, state, askedAt, price: money(row.price_minor, row.price_currency) };
}
