/** What others may know of parcels. JSON-shaped: ISO strings, no Date, no bigint. */
import { Address, Country, Postcode } from '@storefront/commerce/address';
import { Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { z } from 'zod';

export const RateQuery = z
  .strictObject({ cartId: z.uuid(), country: Country, postcode: Postcode })
  .meta({ id: 'RateQuery' });

/** `quote` is signed (`contract/quote`): it holds price, cart and its version, country, postcode and expiry, and is shown again when ordering. */
export const ShippingRate = z
  .strictObject({
    quote: z.string(),
    carrier: z.string(),
    service: z.string(),
    name: z.string().meta({ description: 'What a person calls it' }),
    price: Money.meta({ description: 'Tax included' }),
    days: z.int().min(0).nullable().meta({ description: 'Days on the way, as the carrier says' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'ShippingRate' });
export type ShippingRate = z.infer<typeof ShippingRate>;
export const ShippingRates = z.strictObject({ items: z.array(ShippingRate) }).meta({ id: 'ShippingRates' });

/**
 * `wanted` no label yet, it is being tried · `refused` the carrier will not take this address · `labelled` · `voided` · then what
 * the carrier sees of it. `returned` and `failed` are ends as `delivered` is.
 */
export const ShipmentStatus = z
  .enum([
    'wanted',
    'refused',
    'labelled',
    'voided',
    'in-transit',
    'out-for-delivery',
    'delivered',
    'returned',
    'failed',
  ])
  .meta({ id: 'ShipmentStatus' });
export type ShipmentStatus = z.infer<typeof ShipmentStatus>;

export const TrackingEvent = z
  .strictObject({ status: ShipmentStatus, message: z.string(), place: z.string().nullable(), at: z.iso.datetime() })
  .meta({ id: 'TrackingEvent' });

export const Shipment = z
  .strictObject({
    shipmentId: z.uuid(),
    orderId: OrderId,
    parcel: z.int().min(1),
    version: z.int().min(1),
    status: ShipmentStatus,
    carrier: z.string(),
    service: z.string(),
    trackingCode: z.string().nullable(),
    trackingUrl: z.url().nullable(),
    labelUrl: z.url().nullable().meta({ description: 'For the merchant' }),
    refusal: z.string().nullable(),
    events: z.array(TrackingEvent),
    handedOverAt: z.iso.datetime().nullable(),
    deliveredAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Shipment' });
export type Shipment = z.infer<typeof Shipment>;
export const ShipmentList = z.strictObject({ items: z.array(Shipment) }).meta({ id: 'ShipmentList' });

/**
 * A parcel of an order. Asking again for the same parcel is the same label. With `price`, what was paid for it, a label that costs more than
 * a fifth beyond that is refused, for a person to decide; without it the first price that the carrier names takes its place.
 */
export const ParcelRequest = z
  .strictObject({
    address: Address,
    carrier: z.string(),
    service: z.string(),
    weightGrams: z.int32().min(1),
    reference: z.string().max(100),
    price: Money.exactOptional(),
  })
  .meta({ id: 'ParcelRequest' });
export type ParcelRequest = z.infer<typeof ParcelRequest>;

/** Subject: the shipment's id. Only what a command's reply did not tell: what moved at the carrier by itself. */
export const shipmentEvents = {
  'shipment.changed': {
    1: z.strictObject({ shipmentId: z.uuid(), orderId: OrderId, parcel: z.int(), status: ShipmentStatus }),
  },
} as const;
