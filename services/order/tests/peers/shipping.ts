import { randomUUID } from 'node:crypto';
import { notFound } from '@storefront/kit/errors';
import type { ParcelRequest, Shipment } from '@storefront/shipping/contract';
import { parcelRoutes } from './http/shipping.ts';
import { Knobs, startPeer } from './peer.ts';

export type OnMoved = (shipment: Shipment) => Promise<void>;

const unlabelled = { trackingCode: null, trackingUrl: null, labelUrl: null, refusal: null };
const unseen = { events: [], handedOverAt: null, deliveredAt: null };
const left = ['in-transit', 'out-for-delivery', 'delivered', 'returned', 'failed'];

/** Parcels as their service keeps them. `labels` are those that the carrier was paid for. */
export class ParcelLedger {
  readonly shipments = new Map<string, Shipment>();
  readonly labels: string[] = [];
  labelsBecome: 'labelled' | 'refused' | 'wanted' = 'labelled';
  /** What the carrier asks for a label. */
  labelMinor = 0;

  buy(orderId: string, parcel: number, { carrier, service, price }: ParcelRequest): Shipment {
    const before = this.shipments.get(orderId);
    if (before && before.status !== 'wanted') return before;
    const base = { shipmentId: randomUUID(), orderId, parcel, version: 1, carrier, service };
    if (!before) this.shipments.set(orderId, { ...base, status: 'wanted', ...unlabelled, ...unseen });
    if (this.labelsBecome === 'wanted') return this.known(orderId);
    if (this.labelsBecome === 'refused') return this.set(orderId, { status: 'refused', refusal: 'no such address' });
    // Without a price that was paid, as shipping's contract has it, any is good.
    if (price && this.labelMinor * 100 > price.amountMinor * 120)
      return this.set(orderId, { status: 'refused', refusal: 'it costs more by now' });
    this.labels.push(orderId);
    const label = { trackingCode: `EZ${orderId.slice(-6)}`, labelUrl: 'https://labels.example/1' };
    return this.set(orderId, { status: 'labelled', ...label });
  }

  voidLabel(orderId: string, parcel: number): Shipment {
    const base = { shipmentId: randomUUID(), orderId, parcel, version: 1, carrier: '', service: '' };
    // Before anybody wanted it too: a wish that comes later finds it voided.
    const never: Shipment = { ...base, status: 'voided', ...unlabelled, ...unseen };
    const shipment = this.shipments.get(orderId) ?? never;
    this.shipments.set(orderId, shipment);
    const isGone = shipment.handedOverAt !== null || left.includes(shipment.status);
    return isGone || shipment.status === 'voided' ? shipment : this.set(orderId, { status: 'voided' });
  }

  known(orderId: string): Shipment {
    const shipment = this.shipments.get(orderId);
    if (!shipment) throw notFound('shipment', orderId);
    return shipment;
  }

  set(orderId: string, changes: Partial<Shipment>): Shipment {
    const before = this.known(orderId);
    const shipment = { ...before, ...changes, version: before.version + 1 };
    this.shipments.set(orderId, shipment);
    return shipment;
  }
}

export async function startShipping(onMoved: OnMoved) {
  const ledger = new ParcelLedger();
  const peer = await startPeer('shipping', parcelRoutes(ledger), new Knobs());
  const { shipments, labels } = ledger;
  return {
    ...peer,
    shipments,
    labels,
    labelsCost: (amountMinor: number) => void (ledger.labelMinor = amountMinor),
    labelsBecome: (status: ParcelLedger['labelsBecome']) => void (ledger.labelsBecome = status),
    /** The carrier sees the parcel. */
    scan: (orderId: string, status: Shipment['status']) => onMoved(ledger.set(orderId, { status })),
    /** The same, but the shop is not told. */
    scanSilently: (orderId: string, status: Shipment['status']) => void ledger.set(orderId, { status }),
  };
}
