import type { Address } from '@storefront/commerce/address';
import { exponentOf, money, type Money } from '@storefront/commerce/money';
import { z } from 'zod';
import type { CarrierParcel, Rate, Scan, ScanStatus } from '../domain/carrier.ts';

/** Of EasyPost's objects what is used here; the rest is let through unread. https://docs.easypost.com/docs/shipments */
const EasyPostRate = z.object({
  id: z.string(),
  carrier: z.string(),
  service: z.string(),
  rate: z.string().regex(/^\d{1,9}(\.\d+)?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  delivery_days: z.number().nullish(),
  est_delivery_days: z.number().nullish(),
});
const TrackingDetail = z.object({
  status: z.string(),
  message: z.string().nullish(),
  datetime: z.coerce.date(),
  tracking_location: z
    .object({ city: z.string().nullish(), state: z.string().nullish(), country: z.string().nullish() })
    .nullish(),
});
const Tracker = z.object({
  status: z.string(),
  public_url: z.url().nullish(),
  tracking_details: z.array(TrackingDetail).nullish(),
});
export const EasyPostShipment = z.object({
  id: z.string().min(1),
  reference: z.string().nullish(),
  // Read where they are needed: of what is bought they are all still told.
  rates: z.array(z.unknown()).nullish(),
  selected_rate: z.object({ id: z.string() }).nullish(),
  postage_label: z.object({ label_url: z.url(), label_pdf_url: z.url().nullish() }).nullish(),
  tracking_code: z.string().nullish(),
  tracker: Tracker.nullish(),
  refund_status: z.string().nullish(),
});
type EasyPostShipment = z.infer<typeof EasyPostShipment>;

/** An event; a tracker names its shipment. https://docs.easypost.com/docs/events */
export const EasyPostEvent = z.object({
  description: z.string(),
  result: z.object({ id: z.string().nullish(), object: z.string().nullish(), shipment_id: z.string().nullish() }),
});

export function carrierParcelOf(answer: unknown): CarrierParcel {
  const shipment = EasyPostShipment.parse(answer);
  const { tracker } = shipment;
  const isBought = Boolean(shipment.selected_rate);
  return {
    carrierId: shipment.id,
    reference: shipment.reference ?? null,
    rates: isBought ? [] : (shipment.rates ?? []).map((rate) => rateOf(EasyPostRate.parse(rate))),
    isBought,
    isVoided: shipment.refund_status === 'submitted' || shipment.refund_status === 'refunded',
    label: labelOf(shipment),
    status: statuses[tracker?.status ?? ''] ?? 'labelled',
    scans: (tracker?.tracking_details ?? []).map(scanOf),
  };
}

/** `USPS/GroundAdvantage`: EasyPost speaks with many carriers, whose services may bear one name. */
function rateOf({
  id,
  carrier,
  service,
  rate,
  currency,
  delivery_days: promised,
  est_delivery_days: estimated,
}: z.infer<typeof EasyPostRate>): Rate {
  const days = promised ?? estimated ?? null;
  return {
    rateId: id,
    service: `${carrier}/${service}`,
    name: `${carrier} ${wordsOf(service)}`,
    price: fromDecimal(rate, currency),
    days: days === null ? null : Math.max(0, Math.round(days)),
  };
}

/** `7.45` USD is 745, `745.00` JPY too. */
export function fromDecimal(amount: string, currency: string): Money {
  return money(Math.round(Number(amount) * 10 ** exponentOf(currency)), currency);
}

/** `FirstClassPackage` → `First Class Package`, `UPSGround` → `UPS Ground`, `2ndDayAir` → `2nd Day Air`. */
export function wordsOf(service: string): string {
  return service
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .trim();
}

function labelOf({
  postage_label: label,
  tracking_code: trackingCode,
  tracker,
}: EasyPostShipment): CarrierParcel['label'] {
  if (!label || !trackingCode) return null;
  return { trackingCode, trackingUrl: tracker?.public_url ?? null, labelUrl: label.label_pdf_url ?? label.label_url };
}

/** https://docs.easypost.com/docs/trackers: what is not listed (`unknown`, `error`, `cancelled`) says nothing of where the parcel is. */
const statuses: Readonly<Record<string, ScanStatus>> = {
  pre_transit: 'labelled',
  in_transit: 'in-transit',
  out_for_delivery: 'out-for-delivery',
  available_for_pickup: 'out-for-delivery',
  delivered: 'delivered',
  return_to_sender: 'returned',
  failure: 'failed',
};

function scanOf({ status, message, datetime, tracking_location: place }: z.infer<typeof TrackingDetail>): Scan {
  const words = [place?.city, place?.state, place?.country].filter((word) => word);
  return {
    status: statuses[status] ?? 'labelled',
    message: message ?? '',
    place: words.length === 0 ? null : words.join(', '),
    at: datetime,
  };
}

/** As EasyPost writes one. */
export function easyPostAddress(address: Address): Record<string, string> {
  const { name, company, line1, line2, city, region, postcode, country, phone } = address;
  const fields = { name, company, street1: line1, street2: line2, city, state: region, zip: postcode, country, phone };
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

const gramsInAnOunce = 28.349523125;

/** EasyPost's weights are ounces, a tenth at the finest; never less than it weighs. */
export const ouncesOf = (grams: number): number => Math.ceil((grams / gramsInAnOunce) * 10) / 10;
