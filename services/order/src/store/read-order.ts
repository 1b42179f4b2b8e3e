import type { OrderState } from '../contract.ts';
import type { Attempt, Entry, Line, Order, Parcel, Refund } from '../domain/order.ts';
import { moneyOf } from '../domain/requests.ts';
import type { Run } from '../domain/saga.ts';
import type { SelectedOrder } from './select.ts';

/** What is stored as an order of the domain. Times inside JSON come as text. */
export function readOrder(row: SelectedOrder): Order {
  return {
    orderId: row.order_id,
    bucket: row.bucket,
    number: row.number,
    buyerId: row.buyer_id,
    cartId: row.cart_id,
    version: row.version,
    state: row.state as OrderState,
    currency: row.currency,
    email: row.email,
    address: row.address,
    lines: row.lines.map((line) => lineOf(line, row.currency)),
    shipping: row.shipping,
    totals: row.totals,
    weightGrams: row.weight_grams,
    payment: row.payment,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    attempts: row.attempts.map(attemptOf),
    parcels: row.parcels.map(parcelOf),
    refunds: row.refunds.map(refundOf),
    cancellation: row.cancellation,
    runs: row.runs.map(runOf),
    history: row.history.map(({ sequence, what, at }): Entry => ({ sequence, what, at: new Date(at) })),
    sequence: row.sequence,
    placedAt: row.placed_at,
    updatedAt: row.updated_at,
  };
}

function lineOf(row: SelectedOrder['lines'][number], currency: string): Line {
  const { line, sku, slug, name, options, image, units, totals } = row;
  const unitPrice = moneyOf({ currency }, row.unit_price_minor);
  return { line, sku, productId: row.product_id, slug, name, options, image, units, unitPrice, totals } as Line;
}

function attemptOf({ attempt, method, status, made_at }: SelectedOrder['attempts'][number]): Attempt {
  return { attempt, method, status, madeAt: new Date(made_at) };
}

const timeOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

function parcelOf(row: SelectedOrder['parcels'][number]): Parcel {
  const { parcel, version, status, carrier, service } = row;
  const tracking = { trackingCode: row.tracking_code, trackingUrl: row.tracking_url };
  const times = { handedOverAt: timeOf(row.handed_over_at), deliveredAt: timeOf(row.delivered_at) };
  return { parcel, shipmentId: row.shipment_id, version, status, carrier, service, ...tracking, ...times };
}

function refundOf(row: SelectedOrder['refunds'][number]): Refund {
  const { status, restock, reason, lines } = row;
  const base = { refundId: row.refund_id, amountMinor: row.amount_minor, includesShipping: row.includes_shipping };
  return { ...base, status, restock, reason, lines, madeAt: new Date(row.made_at) };
}

function runOf(row: SelectedOrder['runs'][number]): Run {
  const { saga, step, attempt, status, tries } = row;
  const times = { dueAt: new Date(row.due_at), deadlineAt: timeOf(row.deadline_at) };
  return { saga, step, attempt, status: status as Run['status'], turnedFrom: row.turned_from, tries, ...times };
}
