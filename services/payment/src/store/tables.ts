import type { MessagingTables } from '@storefront/kit/broker';
import type { JsonObject } from '@storefront/kit/postgres';
import type { ColumnType, Generated } from 'kysely';
import type { Payment, PaymentStatus } from '../contract.ts';
import type { ProviderEvent, Operation } from '../domain/provider.ts';

export type PaymentTable = {
  bucket: number;
  order_id: string;
  version: number;
  status: PaymentStatus;
  in_doubt: Generated<boolean>;
  amount_minor: number;
  currency: string;
  description: string;
  attempt: Generated<number>;
  method: string | null;
  return_url: string | null;
  intent_id: string | null;
  next_action: ColumnType<Payment['nextAction']>;
  decline: ColumnType<Payment['decline']>;
  capture_before: Date | null;
  captured_minor: number | null;
  cancel_wanted: Generated<boolean>;
  /** When somebody must look at Stripe for what a call came to. */
  look_at: Date | null;
  looks: Generated<number>;
  /** Who may call Stripe for this payment, until then. */
  lease: string | null;
  leased_until: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
};

export type PaymentAttemptTable = {
  bucket: number;
  order_id: string;
  attempt: number;
  method: string;
  /** Stays empty: a link that opens the order is no part of a history. */
  return_url: string | null;
  /** What the payment was after it; null while that is not known. */
  status: string | null;
  decline: ColumnType<Payment['decline']>;
  created_at: Generated<Date>;
};

export type RefundTable = {
  bucket: number;
  order_id: string;
  refund_id: string;
  amount_minor: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed';
  stripe_id: string | null;
  reason: string;
  failure: string | null;
  created_at: ColumnType<Date, Date | string>;
  updated_at: Generated<Date>;
};

export type StripeCallTable = {
  bucket: number;
  key: string;
  order_id: string;
  operation: Operation;
  subject: string;
  /** JSON as text: its order is a part of what the key stands for. Without `return_url` once the call is settled. */
  parameters: string;
  sent_at: Date;
  settled_at: Date | null;
  outcome: string | null;
};

export type StripeEventTable = {
  bucket: number;
  event_id: string;
  order_id: string;
  type: string;
  source: EventSource;
  seen_at: Generated<Date>;
};
export type EventSource = 'webhook' | 'sweep';

export type UnmatchedEventTable = {
  bucket: number;
  event_id: string;
  type: string;
  reason: UnmatchedReason;
  event: JsonObject<ProviderEvent>;
  received_at: Generated<Date>;
  /** Null where trying again makes no sense. */
  retry_at: Date | null;
  tries: Generated<number>;
};
/** No order of ours, an order that is not known here (yet), an intent that is not the order's, a dispute. */
export type UnmatchedReason = 'no-order' | 'unknown-order' | 'other-intent' | 'dispute';

export type EventPositionTable = {
  bucket: number;
  name: string;
  /** Unix seconds of Stripe's clock. */
  position: number;
  /** When it was read to its end. */
  read_at: Date | null;
  lease: string | null;
  leased_until: Date | null;
};

export type Tables = MessagingTables & {
  payment: PaymentTable;
  payment_attempt: PaymentAttemptTable;
  refund: RefundTable;
  stripe_call: StripeCallTable;
  stripe_event: StripeEventTable;
  unmatched_event: UnmatchedEventTable;
  event_position: EventPositionTable;
};
