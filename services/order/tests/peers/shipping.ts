import { randomUUID } from 'node:crypto';
import { OrderId } from '@storefront/commerce/order-ids';
import { conflict, notFound, ServiceError } from '@storefront/kit/errors';
import { reply, route } from '@storefront/kit/http';
import { ParcelRequest, Quote, QuoteReading, Shipment, ShipmentList } from '@storefront/shipping/contract';
import { z } from 'zod';
import { Knobs, startPeer } from './peer.ts';

export type OnMoved = (shipment: Shipment) => Promise<void>;

/** Parcels as their service keeps them. `quote-<price>` is good; `labels` counts what the carrier was paid for. */
export async function startShipping(onMoved: OnMoved) {
  const shipments = new Map<string, Shipment>();
  const labels: string[] = [];
  const knobs = new Knobs();
  let becomes: 'labelled' | 'refused' | 'wanted' = 'labelled';

  const known = (orderId: string): Shipment => {
    const shipment = shipments.get(orderId);
    if (!shipment) throw notFound('shipment', orderId);
    return shipment;
  };
  const set = (orderId: string, changes: Partial<Shipment>): Shipment => {
    const before = known(orderId);
    const shipment = { ...before, ...changes, version: before.version + 1 };
    shipments.set(orderId, shipment);
    return shipment;
  };
  const buy = (orderId: string, parcel: number, { carrier, service }: z.infer<typeof ParcelRequest>): Shipment => {
    const before = shipments.get(orderId);
    if (before && before.status !== 'wanted') return before;
    const empty = { labelUrl: null, refusal: null, events: [], handedOverAt: null, deliveredAt: null };
    const none = { trackingCode: null, trackingUrl: null, ...empty };
    const base = { shipmentId: randomUUID(), orderId, parcel, version: 1, carrier, service };
    if (!before) shipments.set(orderId, { ...base, status: 'wanted', ...none });
    if (becomes === 'wanted') return known(orderId);
    if (becomes === 'refused') return set(orderId, { status: 'refused', refusal: 'no such address' });
    labels.push(orderId);
    return set(orderId, {
      status: 'labelled',
      trackingCode: `EZ${orderId.slice(-6)}`,
      labelUrl: 'https://labels.example/1',
    });
  };
  const read = (text: string): z.infer<typeof Quote> => {
    if (text === 'expired') throw conflict('quote-expired', 'Too old.');
    const price = Number(/^quote-(\d+)$/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(price)) throw new ServiceError('conflict', 'quote-mismatch', 'Of another.', { status: 422 });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    return {
      carrier: 'easypost',
      service: 'Priority',
      name: 'Priority',
      price: { amountMinor: price, currency: 'EUR' },
      expiresAt,
    };
  };
  const left = ['in-transit', 'out-for-delivery', 'delivered', 'returned', 'failed'];
  const voided = (orderId: string): Shipment => {
    const shipment = known(orderId);
    const isGone = shipment.handedOverAt !== null || left.includes(shipment.status);
    return isGone || shipment.status === 'voided' ? shipment : set(orderId, { status: 'voided' });
  };

  const parcel = z.coerce.number().int().min(1);
  const common = {
    summary: 'Parcel',
    allow: ['service'],
    params: { orderId: OrderId, parcel },
    response: Shipment,
  } as const;
  const routes = [
    route({
      method: 'POST',
      path: '/quotes/read',
      summary: 'Quote',
      allow: ['service'],
      body: QuoteReading,
      response: Quote,
      handle: async ({ body }) => reply(read(body.quote)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/shipments/:orderId/:parcel',
      body: ParcelRequest,
      handle: async ({ params, body }) => reply(buy(params.orderId, params.parcel, body)),
    }),
    route({
      method: 'GET',
      path: '/shipments/:orderId',
      summary: 'Parcels',
      allow: ['service'],
      params: { orderId: OrderId },
      query: z.strictObject({ fresh: z.literal('true').exactOptional() }),
      response: ShipmentList,
      handle: async ({ params: { orderId } }) => reply({ items: [shipments.get(orderId)].flatMap((one) => one ?? []) }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/shipments/:orderId/:parcel/void',
      handle: async ({ params }) => reply(voided(params.orderId)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/shipments/:orderId/:parcel/hand-over',
      handle: async ({ params }) => reply(set(params.orderId, { handedOverAt: new Date().toISOString() })),
    }),
  ];
  const peer = await startPeer('shipping', routes, knobs);
  return {
    ...peer,
    shipments,
    labels,
    labelsBecome: (status: typeof becomes) => void (becomes = status),
    /** The carrier sees the parcel. */
    scan: (orderId: string, status: Shipment['status']) => onMoved(set(orderId, { status })),
    /** The same, but the shop is not told. */
    scanSilently: (orderId: string, status: Shipment['status']) => void set(orderId, { status }),
  };
}
