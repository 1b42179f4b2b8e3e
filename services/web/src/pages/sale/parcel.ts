import type { Order } from '@storefront/order/contract';
import type { Shipment } from '@storefront/shipping/contract';
import { orderTexts } from '../../order-texts.ts';
import type { OrderPage, ParcelView } from './views.ts';

/** What is to be seen of an order's parcels; a word about them where there is nothing yet. */
export function parcelsOf(
  order: Order,
  parcels: Shipment[] | null,
  time: (at: string) => string,
): Pick<OrderPage, 'parcels' | 'parcelsText'> {
  if (parcels === null) return { parcels: [], parcelsText: orderTexts.parcelsAway };
  const seen = parcels.filter(({ status }) => status !== 'voided');
  const isExpected = order.status !== 'cancelled' && !order.cancellation;
  return {
    parcels: seen.map((parcel) => parcelOf(parcel, { count: seen.length, by: order.shipping.name }, time)),
    parcelsText: seen.length === 0 && isExpected ? orderTexts.noParcel : null,
  };
}

/** A carrier's link is a link only if it leads to the web. */
const webAddress = (url: string | null): string | null => (url !== null && /^https?:/.test(url) ? url : null);

type Among = { count: number; by: string };

const parcelOf = (shipment: Shipment, { count, by }: Among, time: (at: string) => string): ParcelView => ({
  id: shipment.shipmentId,
  title: `${orderTexts.parcel(shipment.parcel, count)} ${orderTexts.parcelBy(by)}`,
  status: orderTexts.shipmentStatus[shipment.status],
  tracking:
    shipment.trackingCode === null ? null : { code: shipment.trackingCode, href: webAddress(shipment.trackingUrl) },
  events: shipment.events
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ message, place, at }) => ({ text: place ? `${message}, ${place}` : message, at: time(at) })),
});
