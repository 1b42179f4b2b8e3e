import type { Stored } from '../simulator/objects.ts';
import type { TrackerStatus } from './domain/tracking.ts';

type Base<Name extends string> = {
  id: string;
  object: Name;
  mode: 'test';
  /** RFC 3339. */
  created_at: string;
  updated_at: string;
};

export type Address = Base<'Address'> & {
  name: string | null;
  company: string | null;
  street1: string | null;
  street2: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  country: string | null;
  phone: string | null;
  email: string | null;
  residential: boolean | null;
  carrier_facility: string | null;
  federal_tax_id: string | null;
  state_tax_id: string | null;
  verifications: Record<string, Verification>;
};
export type Verification = {
  success: boolean;
  errors: { code: string; field: string; message: string; suggestion: null }[];
  details: { latitude: number; longitude: number; time_zone: string } | null;
};

export type Parcel = Base<'Parcel'> & {
  length: number | null;
  width: number | null;
  height: number | null;
  predefined_package: string | null;
  /** Ounces. */
  weight: number;
};

export type Rate = Base<'Rate'> & {
  service: string;
  carrier: string;
  carrier_account_id: string;
  shipment_id: string;
  rate: string;
  currency: string;
  retail_rate: string;
  retail_currency: string;
  list_rate: string;
  list_currency: string;
  delivery_days: number;
  delivery_date: string | null;
  delivery_date_guaranteed: boolean;
  est_delivery_days: number;
  billing_type: string;
};

export type PostageLabel = Base<'PostageLabel'> & {
  date_advance: number;
  integrated_form: 'none';
  label_date: string;
  label_resolution: number;
  label_size: string;
  label_type: 'default';
  label_url: string;
  label_file_type: string;
  label_pdf_url: string | null;
  label_zpl_url: null;
  label_epl2_url: null;
};

export type Fee = {
  object: 'Fee';
  type: 'LabelFee' | 'PostageFee';
  amount: string;
  charged: boolean;
  refunded: boolean;
};

export type Shipment = Base<'Shipment'> & {
  reference: string | null;
  to_address: Address;
  from_address: Address;
  return_address: Address;
  buyer_address: Address;
  parcel: Parcel;
  customs_info: unknown;
  options: Record<string, unknown>;
  is_return: boolean;
  rates: Rate[];
  selected_rate: Rate | null;
  postage_label: PostageLabel | null;
  tracking_code: string | null;
  tracker: Tracker | null;
  status: TrackerStatus;
  refund_status: 'submitted' | 'refunded' | 'rejected' | null;
  fees: Fee[];
  forms: [];
  messages: { carrier: string; type: string; message: string; carrier_account_id: string }[];
  scan_form: null;
  insurance: null;
  usps_zone: number;
  order_id: null;
  batch_id: null;
  batch_status: null;
  batch_message: null;
};

export type TrackingDetail = {
  object: 'TrackingDetail';
  message: string;
  description: string;
  status: TrackerStatus;
  status_detail: string;
  datetime: string;
  source: string;
  carrier_code: string;
  tracking_location: TrackingLocation;
};
export type TrackingLocation = {
  object: 'TrackingLocation';
  city: string | null;
  state: string | null;
  country: string | null;
  zip: string | null;
};

export type Tracker = Base<'Tracker'> & {
  tracking_code: string;
  status: TrackerStatus;
  status_detail: string;
  signed_by: string | null;
  weight: number | null;
  est_delivery_date: string | null;
  shipment_id: string | null;
  carrier: string;
  tracking_details: TrackingDetail[];
  carrier_detail: null;
  public_url: string;
  fees: Fee[];
  finalized: boolean;
  is_return: boolean;
};

export type Webhook = Base<'Webhook'> & { url: string; disabled_at: string | null; custom_headers: [] };

export type CarrierEvent = Base<'Event'> & {
  description: string;
  previous_attributes: Record<string, unknown>;
  result: unknown;
  status: 'pending' | 'completed';
  pending_urls: string[];
  completed_urls: string[];
};

/** What the API shows of each kind, and what only the simulator knows. */
export type CarrierKinds = {
  address: Stored<Address, null>;
  parcel: Stored<Parcel, null>;
  shipment: Stored<Shipment, Purchase | null>;
  tracker: Stored<Tracker, null>;
  event: Stored<CarrierEvent, null>;
  webhook: Stored<Webhook, { secret: string | null }>;
};

/** What was paid for a label and when, simulated milliseconds. */
export type Purchase = { amount: number; boughtAt: number; voidAskedAt: number | null; voidedAt: number | null };
