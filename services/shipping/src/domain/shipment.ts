import { isDeepStrictEqual } from 'node:util';
import type { Address } from '@storefront/commerce/address';
import type { Money } from '@storefront/commerce/money';
import { bucketOfOrderId, OrderId, orderIdOf } from '@storefront/commerce/order-ids';
import type { ParcelRequest, ShipmentStatus } from '../contract.ts';
import type { CarrierParcel } from './carrier.ts';
import { endsJourney, furthest, journeyStatuses } from './tracking.ts';

/** A parcel of an order, as it is kept. `version` rises with every change that others may see. */
export type StoredShipment = {
  readonly id: string;
  readonly bucket: number;
  readonly orderId: OrderId;
  readonly parcel: number;
  readonly version: number;
  readonly status: ShipmentStatus;
  readonly carrier: string;
  readonly service: string;
  readonly address: Address;
  readonly weightGrams: number;
  readonly orderReference: string;
  /** What was paid for it. */
  readonly price: Money | null;
  /** The carrier's id of the parcel; nothing is bought under any other. */
  readonly carrierId: string | null;
  readonly trackingCode: string | null;
  readonly trackingUrl: string | null;
  readonly labelUrl: string | null;
  readonly refusal: string | null;
  /** Somebody wants its label voided: no label is bought any more, and one that was is voided. */
  readonly voidWantedAt: Date | null;
  readonly handedOverAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
  /** Looks at the carrier since anything went on; also tells the first from all later ones. */
  readonly tries: number;
};

export type ParcelPlace = { orderId: OrderId; parcel: number };

/**
 * The id of a new shipment: as an order's, with the bucket in it, since it is the `reference` by which the carrier's messages find their
 * way back. `random`: 8 bytes.
 */
export const shipmentIdOf = (orderId: OrderId, { at, random }: { at: Date; random: Uint8Array }): string =>
  orderIdOf({ at, bucket: bucketOfOrderId(orderId), random });

/** The bucket of a shipment that somebody else named; undefined where that is no id of ours. */
export function bucketOfReference(reference: string | null): number | undefined {
  const read = OrderId.safeParse(reference);
  return read.success ? bucketOfOrderId(read.data) : undefined;
}

export function wantedShipment(
  { orderId, parcel }: ParcelPlace,
  request: ParcelRequest,
  { id, now }: { id: string; now: Date },
): StoredShipment {
  const { reference: orderReference, price = null, ...asked } = request;
  return {
    id,
    bucket: bucketOfOrderId(orderId),
    orderId,
    parcel,
    version: 1,
    status: 'wanted',
    ...asked,
    orderReference,
    price,
    carrierId: null,
    trackingCode: null,
    trackingUrl: null,
    labelUrl: null,
    refusal: null,
    voidWantedAt: null,
    handedOverAt: null,
    deliveredAt: null,
    createdAt: now,
    tries: 1,
  };
}

/** Of a parcel whose label is voided before anybody wanted one: a request that comes later finds it over, and nothing is bought. */
export function neverWanted(place: ParcelPlace, { id, now }: { id: string; now: Date }): StoredShipment {
  const nowhere = { name: '', line1: '', postcode: '', city: '', country: '' };
  const nothing = { address: nowhere, carrier: '', service: '', weightGrams: 0, reference: '' };
  return { ...wantedShipment(place, nothing, { id, now }), status: 'voided', voidWantedAt: now, tries: 0 };
}

export const wasNeverWanted = ({ carrier }: Pick<StoredShipment, 'carrier'>): boolean => carrier === '';

/** Whether the request asks for this very label. */
export function isSameParcel(shipment: StoredShipment, request: ParcelRequest): boolean {
  const { address, carrier, service, weightGrams } = request;
  return (
    shipment.carrier === carrier &&
    shipment.service === service &&
    shipment.weightGrams === weightGrams &&
    isDeepStrictEqual(shipment.address, address)
  );
}

/** Nothing at the carrier changes it any more. */
export const isOver = ({ status }: Pick<StoredShipment, 'status'>): boolean =>
  status === 'refused' || status === 'voided' || endsJourney(status);

/** No scanner saw it and nobody gave it away: its label can be voided. */
export const isInHouse = ({ status, handedOverAt }: Pick<StoredShipment, 'status' | 'handedOverAt'>): boolean =>
  (status === 'wanted' || status === 'labelled') && handedOverAt === null;

/** What the carrier says of the parcel, taken in: the label, its voiding, how far it is. Never back, however late it is said. */
export function seenAtCarrier(shipment: StoredShipment, seen: CarrierParcel): StoredShipment {
  if (!seen.isBought || isOver(shipment)) return shipment;
  if (seen.isVoided) return isInHouse(shipment) ? voided(shipment) : shipment;
  const { label } = seen;
  const labelled =
    shipment.status === 'wanted' && label ? { ...shipment, ...label, status: 'labelled' as const } : shipment;
  if (labelled.status === 'wanted') return shipment;
  const status = furthest(labelled.status, seen.status);
  return raised(shipment, { ...labelled, status, ...momentsOf(labelled, seen, status) });
}

function momentsOf(
  shipment: StoredShipment,
  { scans }: CarrierParcel,
  status: ShipmentStatus,
): Pick<StoredShipment, 'handedOverAt' | 'deliveredAt'> {
  const times = (is: (scan: ShipmentStatus) => boolean) => scans.filter((scan) => is(scan.status)).map(({ at }) => at);
  const first = (dates: readonly Date[]) => dates.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
  const isMoving = journeyStatuses.includes(status) && status !== 'labelled';
  return {
    handedOverAt: shipment.handedOverAt ?? (isMoving ? first(times((one) => one !== 'labelled')) : null),
    deliveredAt: shipment.deliveredAt ?? (status === 'delivered' ? first(times((one) => one === 'delivered')) : null),
  };
}

export const refused = (shipment: StoredShipment, refusal: string): StoredShipment =>
  shipment.status === 'wanted'
    ? raised(shipment, { ...shipment, status: 'refused', refusal: refusal.slice(0, 500) })
    : shipment;

/** Also for one that was never bought: nothing will be. */
export const voided = (shipment: StoredShipment): StoredShipment =>
  isInHouse(shipment) ? raised(shipment, { ...shipment, status: 'voided' }) : shipment;

/** The merchant gave it to the carrier, whose first scan comes later. */
export const handedOver = (shipment: StoredShipment, now: Date): StoredShipment =>
  shipment.handedOverAt === null ? raised(shipment, { ...shipment, handedOverAt: now, voidWantedAt: null }) : shipment;

/** With the next version, if there is anything to see. */
function raised(before: StoredShipment, after: StoredShipment): StoredShipment {
  return isDeepStrictEqual(before, after) ? before : { ...after, version: before.version + 1 };
}
