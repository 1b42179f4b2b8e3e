import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import { sql, type Kysely } from 'kysely';
import { leaseMs } from '../domain/schedule.ts';
import type { ParcelPlace } from '../domain/shipment.ts';
import { shownScans } from '../domain/tracking.ts';
import type { LabelAttemptTable, ShipmentRow, Tables } from './tables.ts';

/** Where a shipment lies. */
export type ShipmentRef = { bucket: number; id: string };

export type Lease = { lease: string; now: Date };
/** `early`: also before it is due, if nobody has it. */
export type Taking = Lease & { early?: boolean };

type Db = Kysely<Tables>;

/** By name: a statement that asks for `*` is not prepared. */
const shipmentColumns = [
  ...(['id', 'bucket', 'order_id', 'parcel', 'version', 'status', 'carrier', 'service', 'address'] as const),
  ...(['weight_grams', 'order_reference', 'price_minor', 'price_currency', 'carrier_id', 'tracking_code'] as const),
  ...(['tracking_url', 'label_url', 'refusal', 'void_wanted_at', 'handed_over_at', 'delivered_at'] as const),
  ...(['created_at', 'tries', 'due_at', 'lease'] as const),
] satisfies (keyof ShipmentRow)[];

const attemptColumns = [
  ...(['attempt', 'carrier_id', 'rate_id', 'price_minor', 'price_currency', 'state', 'asked_at'] as const),
] satisfies (keyof LabelAttemptTable)[];

export const selectOrder = (db: Db, orderId: OrderId) =>
  db
    .selectFrom('shipment')
    .select(shipmentColumns)
    .where('bucket', '=', bucketOfOrderId(orderId))
    .where('order_id', '=', orderId)
    .orderBy('parcel');

export const selectParcel = (db: Db, { orderId, parcel }: ParcelPlace) =>
  selectOrder(db, orderId).where('parcel', '=', parcel);

export const selectShipment = (db: Db, { bucket, id }: ShipmentRef) =>
  db.selectFrom('shipment').select(shipmentColumns).where('bucket', '=', bucket).where('id', '=', id);

export const selectScans = (db: Db, { bucket, id }: ShipmentRef) =>
  db
    .selectFrom('tracking_event')
    .select(['status', 'message', 'place', 'at'])
    .where('bucket', '=', bucket)
    .where('shipment_id', '=', id)
    .orderBy('at', 'desc')
    .limit(shownScans);

export const selectAttempts = (db: Db, { bucket, id }: ShipmentRef) =>
  db
    .selectFrom('label_attempt')
    .select(attemptColumns)
    .where('bucket', '=', bucket)
    .where('shipment_id', '=', id)
    .orderBy('attempt');

/** Only of buckets that this shard may write: a fenced one's shipments are looked after where it goes. */
export const dueQuery = (limit: number, now: Date) =>
  sql<ShipmentRef>`SELECT shipment.bucket, shipment.id FROM shipment
    JOIN routing.bucket_owner ON bucket_owner.bucket = shipment.bucket AND bucket_owner.mode = 'rw'
    WHERE shipment.due_at <= ${now} ORDER BY shipment.due_at LIMIT ${limit}`;

export const leaseShipment = (tx: Db, { bucket, id }: ShipmentRef, { lease, now, early = false }: Taking) =>
  tx
    .updateTable('shipment')
    .set(({ eb }) => ({ lease, due_at: new Date(now.getTime() + leaseMs), tries: eb('tries', '+', 1) }))
    .where('bucket', '=', bucket)
    .where('id', '=', id)
    .where((eb) => (early ? eb.or([eb('lease', 'is', null), eb('due_at', '<=', now)]) : eb('due_at', '<=', now)))
    .returning(shipmentColumns);
