import type { Address } from '@storefront/commerce/address';
import type { MessagingTables } from '@storefront/kit/broker';
import type { JsonObject } from '@storefront/kit/postgres';
import type { Selectable } from 'kysely';
import type { ShipmentStatus } from '../contract.ts';
import type { Rate, ScanStatus } from '../domain/carrier.ts';
import type { AttemptState } from '../domain/label-attempt.ts';

/** The columns of the service's schema (migrations/). */
export type Tables = MessagingTables & {
  shipment: ShipmentTable;
  label_attempt: LabelAttemptTable;
  tracking_event: TrackingEventTable;
  carrier_rates: CarrierRatesTable;
};

export type ShipmentTable = {
  bucket: number;
  id: string;
  order_id: string;
  parcel: number;
  version: number;
  status: ShipmentStatus;
  carrier: string;
  service: string;
  address: JsonObject<Address>;
  weight_grams: number;
  order_reference: string;
  price_minor: number | null;
  price_currency: string | null;
  carrier_id: string | null;
  tracking_code: string | null;
  tracking_url: string | null;
  label_url: string | null;
  refusal: string | null;
  void_wanted_at: Date | null;
  handed_over_at: Date | null;
  delivered_at: Date | null;
  created_at: Date;
  updated_at: Date;
  tries: number;
  /** When somebody has to look at it; while somebody does, when another one may. */
  due_at: Date | null;
  /** Of whoever works on it until `due_at`. */
  lease: string | null;
};
/** As it is read. */
export type ShipmentRow = Omit<Selectable<ShipmentTable>, 'updated_at'>;

export type LabelAttemptTable = {
  bucket: number;
  shipment_id: string;
  attempt: number;
  carrier_id: string;
  rate_id: string;
  price_minor: number;
  price_currency: string;
  state: AttemptState;
  /** When the carrier was asked last to sell at it. */
  asked_at: Date;
  closed_at: Date | null;
};

export type TrackingEventTable = {
  bucket: number;
  shipment_id: string;
  at: Date;
  status: ScanStatus;
  message: string;
  place: string | null;
};

export type CarrierRatesTable = {
  bucket: number;
  key: string;
  rates: JsonObject<{ items: readonly Rate[] }>;
  asked_at: Date;
};
