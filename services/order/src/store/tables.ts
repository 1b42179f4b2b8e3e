import type { Address } from '@storefront/commerce/address';
import type { LineTotals, Totals } from '@storefront/commerce/totals';
import type { MessagingTables } from '@storefront/kit/broker';
import type { IdempotencyTable } from '@storefront/kit/idempotency';
import type { JsonObject } from '@storefront/kit/postgres';
import type { Attempt, Line, Money, Order, Parcel, Refund, Shipping } from '../domain/order.ts';
import type { StepRecord } from '../domain/amendment.ts';

export type OrdersTable = {
  bucket: number;
  order_id: string;
  number: string;
  buyer_id: string;
  cart_id: string;
  version: number;
  state: string;
  status: string;
  payment_status: string;
  fulfilment_status: string;
  currency: string;
  total_minor: number;
  captured_minor: number;
  refunded_minor: number;
  email: string;
  address: JsonObject<Address>;
  shipping: JsonObject<Shipping>;
  totals: JsonObject<Totals>;
  weight_grams: number;
  payment: JsonObject<Money>;
  cancellation: JsonObject<NonNullable<Order['cancellation']>> | null;
  /** Of the newest entry of the history. */
  sequence: number;
  /** The Idempotency-Key: a request that was cut off finds its order by it. */
  placed_with: string;
  placed_at: Date;
  updated_at: Date;
};

export type OrderLineTable = {
  bucket: number;
  order_id: string;
  line: number;
  sku: string;
  product_id: string;
  slug: string;
  name: string;
  options: JsonObject<Line['options']>;
  image: JsonObject<NonNullable<Line['image']>> | null;
  units: number;
  unit_price_minor: number;
  totals: JsonObject<LineTotals>;
};

export type PaymentAttemptTable = {
  bucket: number;
  order_id: string;
  attempt: number;
  method: string;
  status: Attempt['status'];
  made_at: Date;
};

export type ShipmentTable = {
  bucket: number;
  order_id: string;
  parcel: number;
  shipment_id: string;
  version: number;
  status: Parcel['status'];
  carrier: string;
  service: string;
  tracking_code: string | null;
  tracking_url: string | null;
  handed_over_at: Date | null;
  delivered_at: Date | null;
};

export type RefundTable = {
  bucket: number;
  order_id: string;
  refund_id: string;
  amount_minor: number;
  status: Refund['status'];
  includes_shipping: boolean;
  restock: boolean;
  reason: string;
  made_at: Date;
};

export type RefundLineTable = { bucket: number; order_id: string; refund_id: string; line: number; units: number };

export type SagaStepTable = {
  bucket: number;
  order_id: string;
  saga: string;
  step: string;
  attempt: number;
  status: StepRecord['status'];
  turned_from: string | null;
  request: JsonObject | null;
  reason: string | null;
  tries: number;
  due_at: Date;
  deadline_at: Date | null;
  updated_at: Date;
};

export type OrderHistoryTable = { bucket: number; order_id: string; sequence: number; what: string; at: Date };

export type MailTable = {
  bucket: number;
  order_id: string;
  kind: string;
  /** `skipped`: by the time it was due there was no need of it any more. */
  status: 'due' | 'sent' | 'skipped';
  tries: number;
  due_at: Date;
  sent_at: Date | null;
};

export type OrderAnomalyTable = {
  bucket: number;
  order_id: string;
  anomaly_id: string;
  what: string;
  details: JsonObject;
  at: Date;
};

export type Tables = MessagingTables & {
  idempotency: IdempotencyTable;
  orders: OrdersTable;
  order_line: OrderLineTable;
  payment_attempt: PaymentAttemptTable;
  shipment: ShipmentTable;
  refund: RefundTable;
  refund_line: RefundLineTable;
  saga_step: SagaStepTable;
  order_history: OrderHistoryTable;
  mail: MailTable;
  order_anomaly: OrderAnomalyTable;
};
