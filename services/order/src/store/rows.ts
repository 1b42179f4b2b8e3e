import type { Insertable, Updateable } from 'kysely';
import type { Amendment, StepRecord } from '../domain/amendment.ts';
import type { Attempt, Line, Order, Parcel, Refund } from '../domain/order.ts';
import { totalOf } from '../domain/order.ts';
import { requestOf } from '../domain/requests.ts';
import { statusesOf } from '../domain/status.ts';
import type { Tables } from './tables.ts';

/** Whoever saves what is due goes on with it at once; should he die, others take it up after so long. */
export const leaseMs = 30_000;
/** The same for mails: longer than a mail server may take to answer all that is sent at a time. */
export const mailLeaseMs = 120_000;

const keyOf = ({ bucket, orderId }: Order) => ({ bucket, order_id: orderId });

/** What changes in the life of an order. */
export function changingColumns(order: Order): Updateable<Tables['orders']> {
  const { status, paymentStatus, fulfilmentStatus } = statusesOf(order);
  return {
    version: order.version,
    state: order.state,
    status,
    payment_status: paymentStatus,
    fulfilment_status: fulfilmentStatus,
    captured_minor: order.capturedMinor,
    refunded_minor: order.refundedMinor,
    payment: order.payment,
    cancellation: order.cancellation,
    sequence: order.sequence,
    updated_at: order.updatedAt,
  };
}

export function orderRow(order: Order, placedWith: string): Insertable<Tables['orders']> {
  return {
    ...keyOf(order),
    ...(changingColumns(order) as Insertable<Tables['orders']>),
    number: order.number,
    buyer_id: order.buyerId,
    cart_id: order.cartId,
    currency: order.currency,
    total_minor: totalOf(order),
    email: order.email,
    address: order.address,
    shipping: order.shipping,
    totals: order.totals,
    weight_grams: order.weightGrams,
    placed_with: placedWith,
    placed_at: order.placedAt,
  };
}

export const lineRow = (order: Order, line: Line): Insertable<Tables['order_line']> => ({
  ...keyOf(order),
  line: line.line,
  sku: line.sku,
  product_id: line.productId,
  slug: line.slug,
  name: line.name,
  options: line.options,
  image: line.image,
  units: line.units,
  unit_price_minor: line.unitPrice.amountMinor,
  totals: line.totals,
});

export function stepRow({ order, now }: Amendment, record: StepRecord): Insertable<Tables['saga_step']> {
  const { run, status, reason } = record;
  const lease = new Date(now.getTime() + leaseMs);
  return {
    ...keyOf(order),
    saga: run.saga,
    step: run.step,
    attempt: run.attempt,
    status,
    turned_from: run.turnedFrom,
    request: requestOf(order, run),
    reason: reason ?? null,
    tries: run.tries,
    due_at: run.dueAt > now ? run.dueAt : lease,
    deadline_at: run.deadlineAt,
    updated_at: now,
  };
}

export const attemptRow = (order: Order, { attempt, method, status, madeAt }: Attempt) => ({
  ...keyOf(order),
  attempt,
  method,
  status,
  made_at: madeAt,
});

export const parcelRow = (order: Order, parcel: Parcel): Insertable<Tables['shipment']> => ({
  ...keyOf(order),
  parcel: parcel.parcel,
  shipment_id: parcel.shipmentId,
  version: parcel.version,
  status: parcel.status,
  carrier: parcel.carrier,
  service: parcel.service,
  tracking_code: parcel.trackingCode,
  tracking_url: parcel.trackingUrl,
  handed_over_at: parcel.handedOverAt,
  delivered_at: parcel.deliveredAt,
});

export const refundRow = (order: Order, refund: Refund): Insertable<Tables['refund']> => ({
  ...keyOf(order),
  refund_id: refund.refundId,
  amount_minor: refund.amountMinor,
  status: refund.status,
  includes_shipping: refund.includesShipping,
  restock: refund.restock,
  reason: refund.reason,
  made_at: refund.madeAt,
});

export const refundLineRows = (order: Order, { refundId, lines }: Refund): Insertable<Tables['refund_line']>[] =>
  lines.map(({ line, units }) => ({ ...keyOf(order), refund_id: refundId, line, units }));

export const historyRows = ({ order, entries }: Amendment): Insertable<Tables['order_history']>[] =>
  entries.map((entry) => ({ ...keyOf(order), ...entry }));

export const mailRows = ({ order, mails, now }: Amendment): Insertable<Tables['mail']>[] =>
  mails.map(({ kind, dueAt }) => ({
    ...keyOf(order),
    kind,
    status: 'due',
    tries: 0,
    due_at: dueAt > now ? dueAt : new Date(now.getTime() + mailLeaseMs),
    sent_at: null,
  }));

/** `idOf` makes a new UUID. */
export const anomalyRows = ({ order, anomalies, now }: Amendment, idOf: () => string) =>
  anomalies.map(({ what, details }) => ({ ...keyOf(order), anomaly_id: idOf(), what, details, at: now }));
